import Dataset
import Foundation
import ModelStore
import Networks
import Training

/// The settings of a version's training run, as its manifest keeps them.
///
/// They are read as JSON, not as `TrainingSettings`: a manifest that an earlier program wrote lacks
/// the settings that came later.
struct TrainingRecipe {
  /// The program that made the weights, when it was not `atelier train`.
  let program: String?
  /// What that program ran on.
  let device: String?
  private let settings: [String: JSONValue]
  private let architecture: Architecture

  /// Reads the settings; `nil` when the manifest has none.
  init?(_ manifest: Manifest) {
    guard case .object(let training) = manifest.training, let settings = training["settings"],
      case .object = settings, let architecture = manifest.architecture
    else { return nil }
    self.settings = settings.flattened
    self.architecture = architecture
    program = training["program"]?.text
    device = training["device"]?.text
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

  /// The settings that only `Recipes/distillation` has, in the order of the table.
  static let distillation: [Setting] = [
    ("augmentation.turning", "Share turned by up to 10 degrees and scaled by up to 10 %"),
    ("augmentation.mixing", "Share mixed with another picture"),
    ("distillation.weight", "Weight of the teachers' answers in the loss"),
    ("distillation.temperature", "Temperature of the teachers' answers"),
    ("distillation.teachers", "Teachers, whose answers are averaged"),
    ("distillation.teacherArchitecture", "A teacher"),
    ("distillation.teacherEpochs", "Epochs of the teachers"),
    ("distillation.teacherBatchSize", "Pictures a step of the teachers"),
    ("distillation.teacherLearningRate", "Learning rate of the teachers at its peak"),
    ("distillation.teacherWeightDecay", "Weight decay of the teachers"),
    ("distillation.teacherErasing", "Share with an erased part, for the teachers"),
    ("distillation.teacherTurning", "Share turned and scaled, for the teachers"),
    ("distillation.teacherValidationAccuracy", "Validation accuracy of the teachers together"),
  ].map { Setting(path: $0.0, title: $0.1, option: nil) }

  /// Every setting and its value.
  var table: String {
    var table = MarkdownTable(["Setting", "Value"], textColumns: 2)
    if let program { table.append(["Program", Markdown.code(program)]) }
    if let device { table.append(["Trained on", Markdown.escape(device)]) }
    for setting in Self.known + Self.distillation {
      guard let value = settings[setting.path] else { continue }
      table.append([setting.title, Markdown.escape(value.text)])
    }
    for path in unknownPaths {
      table.append([Markdown.code(path), Markdown.escape(settings[path]?.text ?? "")])
    }
    return table.markdown
  }

  /// What a program that trains several networks calls this one's files, without the end.
  var runName: String { "\(architecture.rawValue)-\(word("seed"))" }

  /// A setting as a word of a command; nothing when there is none.
  private func word(_ path: String) -> String {
    settings[path].map { ShellWord.quoted($0.text) } ?? ""
  }

  /// The command that trains the weights, as far as options can say it.
  ///
  /// - Parameters:
  ///   - data: The options of `atelier train` that name a user's data set.
  ///   - output: The folder to write.
  func command(data: [String] = [], output: String) -> String {
    guard let program else {
      return (["atelier train"] + data + options + ["--output \(output)"]).joined(separator: " ")
    }
    return [
      "python3", ShellWord.quoted(program), "--data", FashionMNIST.standardDirectory.path,
      "--teacher-epochs \(word("distillation.teacherEpochs"))",
      "--student-epochs \(word("epochs"))",
      "--students \(architecture.rawValue):\(word("seed"))",
      "--output \(output)",
    ].joined(separator: " ")
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
    let titled = Set((Self.known + Self.distillation).map(\.path))
    return settings.keys.filter { !titled.contains($0) }.sorted()
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
