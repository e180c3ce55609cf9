import Foundation

/// The files of the pages, which are part of the program.
enum WebResources {
  /// The pages.
  static let pages: [WebPages.Page: PageTemplate] = [
    .signIn: page(PackageResources.sign_in_html), .classify: page(PackageResources.classify_html),
    .batch: page(PackageResources.batch_html), .history: page(PackageResources.history_html),
    .stored: page(PackageResources.stored_html), .models: page(PackageResources.models_html),
    .training: page(PackageResources.training_html),
    .dashboard: page(PackageResources.dashboard_html), .keys: page(PackageResources.keys_html),
    .system: page(PackageResources.system_html), .forbidden: page(PackageResources.problem_html),
    .notFound: page(PackageResources.problem_html), .failed: page(PackageResources.problem_html),
  ]

  /// Sentences by their names, in each language.
  static let words: [PreferredLanguage: [String: String]] = [
    .chinese: words(PackageResources.zh_CN_json), .english: words(PackageResources.en_json),
  ]

  /// What the pages load.
  static let assets = WebAssets(
    scripts + examples + [
      WebAsset("web.css", PackageResources.web_css),
      WebAsset("dashboard.css", PackageResources.dashboard_css),
      WebAsset("lists.css", PackageResources.lists_css),
      WebAsset("training.css", PackageResources.training_css),
      WebAsset("models.css", PackageResources.models_css),
      WebAsset("icon.svg", PackageResources.icon_svg),
      WebAsset("zh-CN.json", PackageResources.zh_CN_json),
      WebAsset("en.json", PackageResources.en_json),
    ])

  private static let scripts = [
    WebAsset("answer.js", PackageResources.answer_js),
    WebAsset("batch.js", PackageResources.batch_js),
    WebAsset("batch-files.js", PackageResources.batch_files_js),
    WebAsset("batch-run.js", PackageResources.batch_run_js),
    WebAsset("charts.js", PackageResources.charts_js),
    WebAsset("classify.js", PackageResources.classify_js),
    WebAsset("client.js", PackageResources.client_js),
    WebAsset("comparison.js", PackageResources.comparison_js),
    WebAsset("correction.js", PackageResources.correction_js),
    WebAsset("csv.js", PackageResources.csv_js),
    WebAsset("curves.js", PackageResources.curves_js),
    WebAsset("dashboard.js", PackageResources.dashboard_js),
    WebAsset("data-table.js", PackageResources.data_table_js),
    WebAsset("dom.js", PackageResources.dom_js),
    WebAsset("engine-choice.js", PackageResources.engine_choice_js),
    WebAsset("failures.js", PackageResources.failures_js),
    WebAsset("file-drop.js", PackageResources.file_drop_js),
    WebAsset("history.js", PackageResources.history_js),
    WebAsset("history-query.js", PackageResources.history_query_js),
    WebAsset("keys.js", PackageResources.keys_js),
    WebAsset("models.js", PackageResources.models_js),
    WebAsset("picture-card.js", PackageResources.picture_card_js),
    WebAsset("quality.js", PackageResources.quality_js),
    WebAsset("shell.js", PackageResources.shell_js),
    WebAsset("sign-in.js", PackageResources.sign_in_js),
    WebAsset("snippets.js", PackageResources.snippets_js),
    WebAsset("stored.js", PackageResources.stored_js),
    WebAsset("system.js", PackageResources.system_js),
    WebAsset("training.js", PackageResources.training_js),
    WebAsset("training-inspection.js", PackageResources.training_inspection_js),
    WebAsset("upload-queue.js", PackageResources.upload_queue_js),
    WebAsset("words.js", PackageResources.words_js),
  ]

  /// Pictures of the data set's test split, named by their numbers there; see scripts/generate-examples.
  private static let examples = [
    WebAsset("example-19.png", PackageResources.example_19_png),
    WebAsset("example-2.png", PackageResources.example_2_png),
    WebAsset("example-1.png", PackageResources.example_1_png),
    WebAsset("example-13.png", PackageResources.example_13_png),
    WebAsset("example-6.png", PackageResources.example_6_png),
    WebAsset("example-8.png", PackageResources.example_8_png),
    WebAsset("example-4.png", PackageResources.example_4_png),
    WebAsset("example-9.png", PackageResources.example_9_png),
    WebAsset("example-18.png", PackageResources.example_18_png),
    WebAsset("example-0.png", PackageResources.example_0_png),
  ]

  /// A page's own part in the frame that all pages share, with the fields that some of them share.
  private static func page(_ content: [UInt8]) -> PageTemplate {
    PageTemplate(
      text(PackageResources.frame_html).replacing("<!-- content -->", with: text(content))
        .replacing("<!-- engine-choice -->", with: text(PackageResources.engine_choice_html)))
  }

  private static func words(_ json: [UInt8]) -> [String: String] {
    guard let words = try? JSONDecoder().decode([String: String].self, from: Data(json)) else {
      preconditionFailure("the words of a language are a JSON object of strings")
    }
    return words
  }

  private static func text(_ content: [UInt8]) -> String {
    String(decoding: content, as: UTF8.self)
  }
}
