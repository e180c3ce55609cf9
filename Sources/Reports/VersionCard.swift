import Classification
import Foundation
import ModelStore
import Networks

/// The part of a model card that is about one version.
struct VersionCard {
  let name: String
  let manifest: Manifest
  private let pictureFolder: String

  init(_ version: ModelVersion, pictureFolder: String) {
    name = version.name
    manifest = version.manifest
    self.pictureFolder = pictureFolder
  }

  /// The section, without a line end at its end.
  var markdown: String {
    [
      "## \(Markdown.escape(name))", introduction,
      "### Architecture", architecture,
      "### Data", data,
      "### Recipe", recipe,
      "### Quality", quality,
      "### Classes", classes,
      "### Reliability", reliability,
      "### Photographs", robustness,
      "### Other things than garments", outliers,
      "### Cost", cost,
      "### Files", files,
      "### Reproduce", ReproductionGuide(name: name, manifest: manifest).markdown,
    ].joined(separator: "\n\n")
  }

  /// The pictures that the section shows.
  var pictures: [ReportFile] {
    var pictures: [ReportFile] = []
    if let (split, confusion) = shown(\.confusion) {
      pictures.append(
        ReportFile(
          path: path("confusion"),
          content: ConfusionMatrixPlot(
            confusion: confusion, labels: manifest.labels, subject: subject(split)
          ).svg))
    }
    if let (split, bins) = shown(\.reliability) {
      pictures.append(
        ReportFile(
          path: path("reliability"),
          content: ReliabilityDiagram(bins: bins, subject: subject(split)).svg))
    }
    return pictures
  }

  func path(_ picture: String) -> String { "\(pictureFolder)/\(name)-\(picture).svg" }

  private func subject(_ split: String) -> String { "\(name), \(split) split" }

  /// What was measured on the test split, or else on the last split that it was measured on.
  func shown<Value>(
    _ value: KeyPath<Manifest.Metrics, Value?>
  ) -> (split: String, value: Value)? {
    let others = manifest.metrics.keys.sorted { QualityTables.rank($1) < QualityTables.rank($0) }
    for split in ["test"] + others {
      if let value = manifest.metrics[split]?[keyPath: value] { return (split, value) }
    }
    return nil
  }

  private var introduction: String {
    """
    A network that tells \(Figures.count(manifest.labels.count, "class", plural: "classes")) of \
    garments apart in a picture of 28x28 grey pixels: \
    \(manifest.labels.names.map(Markdown.escape).joined(separator: ", ")). \
    Made on \(manifest.created.formatted(.iso8601)).
    """
  }

  private var architecture: String {
    guard let architecture = manifest.architecture, let network = manifest.network else {
      return "An imported ONNX graph of another design: "
        + "\(Figures.grouped(manifest.parameters)) parameters."
    }
    return """
      \(Markdown.code(architecture.rawValue)): \(Figures.grouped(manifest.parameters)) \
      parameters, \(Figures.grouped(network.multiplyAddCount)) multiply-adds a picture.

      \(Markdown.block(NetworkOutline(network).text, language: "text"))
      """
  }

  private var data: String {
    guard let dataset = manifest.dataset else {
      return "Not recorded: the weights were imported."
    }
    let origin = DatasetOrigin.known[dataset.name]
    var table = MarkdownTable(["Data set", "Value"], textColumns: 2)
    table.append(["Name", Markdown.escape(dataset.name)])
    if let source = dataset.source {
      table.append(["What pictures show is said by", Markdown.escape(source)])
      table.append(["Mixed with the standard set", dataset.mix == "standard" ? "yes" : "no"])
    } else {
      table.append(["Source", origin?.source ?? "not recorded"])
      table.append(["Licence", origin?.licence ?? "not recorded"])
    }
    table.append(["Pictures learned from", Figures.grouped(dataset.trainingCount)])
    table.append(["Pictures held out for validation", Figures.grouped(dataset.validationCount)])
    table.append([
      "Pictures to test with",
      manifest.metrics["test"].map { Figures.grouped($0.samples) } ?? QualityTables.notMeasured,
    ])
    if let count = dataset.heldOutCount {
      table.append(["Pictures held out to judge by", Figures.grouped(count)])
    }
    if let counts = dataset.classCounts {
      for (name, count) in zip(manifest.labels.names, counts) {
        table.append(["Usable pictures of \(Markdown.escape(name))", Figures.grouped(count)])
      }
    }
    table.append(["SHA-256 of the training set", Markdown.code(dataset.sha256)])
    return "\(table.markdown)\n\n\(Self.division(of: dataset))"
  }

  /// How the pictures were divided, in sentences.
  private static func division(of dataset: Manifest.Dataset) -> String {
    guard dataset.source != nil else {
      return """
        The pictures for validation are drawn from the training set with a fixed seed, from each class in \
        proportion; every choice is made by them. The test split is scored once the choices are made.
        """
    }
    return """
      Whether a picture is learned from, validates or is held out follows from its SHA-256. Choices are \
      made by the validation split; nothing was learned from or chosen by the split \
      \(Manifest.heldOutSplit), which says how good the version is on the user's own pictures.
      """
  }

  private var recipe: String {
    TrainingRecipe(manifest)?.table ?? "Not recorded: the weights were imported."
  }

  private var cost: String {
    guard let costs = manifest.costs, !costs.isEmpty else {
      return "The engines' time: \(QualityTables.notMeasured)."
    }
    var table = MarkdownTable(
      ["Engine", "Pictures a run", "Threads", "Median, ms", "Pictures a second", "Processor"])
    for cost in costs {
      table.append([
        EngineKind(rawValue: cost.engine)?.displayName ?? Markdown.escape(cost.engine),
        Figures.grouped(cost.batchSize), "\(cost.threads)",
        Figures.fixed(cost.medianMilliseconds, decimals: 3),
        Figures.grouped(Int(cost.picturesPerSecond)), Markdown.escape(cost.processor),
      ])
    }
    return table.markdown
  }

  private var files: String {
    guard !manifest.files.isEmpty else { return "None." }
    var table = MarkdownTable(["File", "Bytes", "SHA-256"])
    for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
      table.append([Markdown.code(name), Figures.grouped(file.bytes), Markdown.code(file.sha256)])
    }
    return table.markdown
  }
}
