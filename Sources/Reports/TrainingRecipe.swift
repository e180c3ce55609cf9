import Foundation
import ModelStore
import Networks
import Training

/// The settings of a version's training run, as its manifest keeps them.
///
/// They are read as JSON, not as `TrainingSettings`: a manifest that an earlier program wrote lacks
/// the settings that came later.
struct TrainingRecipe {
  private let settings: [String: JSONValue]
  private let architecture: Architecture

  /// Reads the settings; `nil` when the manifest has none.
  init?(_ manifest: Manifest) {
    guard case .object(let training) = manifest.training, let settings = training["settings"],
      case .object = settings, let architecture = manifest.architecture
    else { return nil }
    self.settings = settings.flattened
    self.architecture = architecture
  }

  /// What a setting is called, and the option of `atelier train` that sets it.
  struct Setting {
    let path: String
    let title: String
    let option: String?
  }

  /// The settings in the order of the table.
  static let known: [Setting] = [
    Setting(path: "architecture", title: "Architecture", option: "architecture"),
    Setting(path: "epochs", title: "Epochs", option: "epochs"),
    Setting(path: "batchSize", title: "Pictures a step", option: "batch-size"),
    Setting(path: "optimizer", title: "Optimizer", option: "optimizer"),
    Setting(
      path: "peakLearningRate", title: "Learning rate at the peak of one cycle",
      option: "learning-rate"),
    Setting(path: "weightDecay", title: "Weight decay", option: "weight-decay"),
    Setting(path: "labelSmoothing", title: "Label smoothing", option: "label-smoothing"),
    Setting(
      path: "averageDecay", title: "Decay of the parameters' moving average",
      option: "average-decay"),
    Setting(path: "precision", title: "Precision of products", option: "precision"),
    Setting(path: "augmentation.flips", title: "Mirrored half of the time", option: nil),
    Setting(path: "augmentation.shift", title: "Largest shift, in pixels", option: "shift"),
    Setting(path: "augmentation.erasing", title: "Share with an erased part", option: "erasing"),
    Setting(path: "seed", title: "Seed", option: "seed"),
    Setting(path: "threads", title: "Threads", option: "threads"),
  ]

  /// Every setting and its value.
  var table: String {
    var table = MarkdownTable(["Setting", "Value"], textColumns: 2)
    for setting in Self.known {
      guard let value = settings[setting.path] else { continue }
      table.append([setting.title, Markdown.escape(value.text)])
    }
    for path in unknownPaths {
      table.append([Markdown.code(path), Markdown.escape(settings[path]?.text ?? "")])
    }
    return table.markdown
  }

  /// The options of `atelier train` that make the same run, besides those that are as the recipe of
  /// the architecture has them.
  var options: [String] {
    let recipe = Self.recipe(of: architecture)
    return ["--architecture \(architecture.rawValue)"]
      + Self.known.compactMap { setting in
        guard let option = setting.option, option != "architecture",
          let value = settings[setting.path], value != recipe[setting.path]
        else { return nil }
        return "--\(option) \(ShellWord.quoted(value.text))"
      }
  }

  /// The settings that differ from the recipe and that no option sets.
  var settingsWithoutOption: [String] {
    let recipe = Self.recipe(of: architecture)
    let fixed = Self.known.filter { $0.option == nil }.map(\.path) + unknownPaths
    return fixed.filter { settings[$0] != nil && settings[$0] != recipe[$0] }
  }

  private var unknownPaths: [String] {
    settings.keys.filter { path in !Self.known.contains { $0.path == path } }.sorted()
  }

  private static func recipe(of architecture: Architecture) -> [String: JSONValue] {
    let settings = TrainingSettings.recipe(for: architecture)
    // Settings are plain values, so that encoding them cannot fail.
    guard let data = try? JSONEncoder().encode(settings) else { return [:] }
    return (try? JSONDecoder().decode(JSONValue.self, from: data))?.flattened ?? [:]
  }
}

extension JSONValue {
  /// The values of an object, those of objects in it under paths such as `augmentation.shift`.
  fileprivate var flattened: [String: JSONValue] {
    guard case .object(let members) = self else { return [:] }
    var values: [String: JSONValue] = [:]
    for (name, value) in members {
      if case .object = value {
        for (path, inner) in value.flattened { values["\(name).\(path)"] = inner }
      } else {
        values[name] = value
      }
    }
    return values
  }

  /// The value as people and the command line write it.
  fileprivate var text: String {
    switch self {
    case .null: "none"
    case .boolean(let value): value ? "yes" : "no"
    case .integer(let value): String(value)
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.text).joined(separator: ", ")
    case .object(let members):
      members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        .joined(separator: ", ")
    }
  }
}
