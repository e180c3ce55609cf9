import Classification
import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import ModelStore
import NIOCore
import Networks
import Retraining
import Training

/// What is asked for with a training job.
struct TrainingParameters: Codable, Sendable, Hashable {
  /// Where the pictures come from.
  enum Source: String, CaseIterable, Codable, Sendable {
    /// An uploaded archive.
    case archive
    /// The stored predictions that somebody labelled.
    case labels
  }

  var source: Source
  /// The name of the upload, for lists and the manifest.
  var name: String
  var mix: TrainingData.Mix?
  var from: TrainingOrigin
  var architecture: Architecture?
  var epochs: Int?
  var learningRate: Double?
  var seed: UInt64?
  var promote: PromotionRule
  var strict: Bool

  private enum CodingKeys: String, CodingKey {
    case source, name, mix, from, architecture, epochs, seed, promote, strict
    case learningRate = "learning_rate"
  }

  static let epochLimits = 1...1_000

  /// Reads the settings of a form, a query or a JSON object.
  ///
  /// - Parameters:
  ///   - fields: The settings as texts.
  ///   - name: The name of the upload.
  /// - Throws: ``APIError`` with status 422 when one is unusable.
  init(_ fields: [String: String], source: Source, name: String) throws(APIError) {
    let fields = QueryParameters(fields)
    try Self.check(fields.names)
    self.source = source
    self.name = name
    mix = try fields.value("mix", Self.oneOf(TrainingData.Mix.self)) { .init(rawValue: $0) }
    from =
      try fields.value("from", "current, scratch, or the name of a version") { text in
        let origin = TrainingOrigin(text)
        // The other words stand for no version, and so need not be names of one.
        guard case .version(let name) = origin else { return origin }
        return ModelStore.isUsable(name: name) ? origin : nil
      } ?? .current
    architecture = try fields.value("architecture", Self.oneOf(Architecture.self)) {
      .init(rawValue: $0)
    }
    epochs = try fields.value("epochs", "a whole number from 1 to 1000") {
      Int($0).flatMap { Self.epochLimits.contains($0) ? $0 : nil }
    }
    learningRate = try fields.value("learning_rate", "a number above 0, at most 10") {
      Double($0).flatMap { $0 > 0 && $0 <= 10 ? $0 : nil }
    }
    seed = try fields.value("seed", "a whole number from 0 on") { UInt64($0) }
    promote =
      try fields.value("promote", Self.oneOf(PromotionRule.self)) { .init(rawValue: $0) }
      ?? .ifBetter
    strict = try fields.value("strict", "true or false") { Bool($0) } ?? false
  }

  /// Checks that there are such settings.
  ///
  /// - Throws: ``APIError`` with status 422 for the first name that is none of a setting.
  static func check(_ names: [String]) throws(APIError) {
    guard let unknown = names.first(where: { !Self.names.contains($0) }) else { return }
    throw .invalidParameter(
      "there is no setting \(unknown.prefix(64)); there are "
        + Self.names.sorted().joined(separator: ", "))
  }

  /// A recipe with what was asked for otherwise.
  func settings(
    startingFrom start: StartingPoint?, labels: LabelSet, threads: Int
  ) -> TrainingSettings {
    var settings =
      start.map { TrainingSettings.continuedRecipe(from: $0, labels: labels) }
      ?? TrainingSettings.recipe(for: architecture ?? .fashionCNN)
    settings.epochs = epochs ?? settings.epochs
    settings.peakLearningRate = learningRate ?? settings.peakLearningRate
    settings.seed = seed ?? settings.seed
    settings.threads = threads
    return settings
  }

  private static let names: Set = [
    "source", "mix", "from", "architecture", "epochs", "learning_rate", "seed", "promote", "strict",
  ]

  private static func oneOf<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
  where Choice.RawValue == String {
    "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
  }
}

extension JobKind {
  /// Training on a user's data.
  static let training = JobKind(rawValue: "training")
}
