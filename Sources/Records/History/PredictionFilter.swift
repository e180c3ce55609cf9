public import Foundation

/// Which predictions to show: those that meet every condition that is set.
public struct PredictionFilter: Sendable, Hashable {
  /// The earliest time, included.
  public var from: Date?
  /// The latest time, excluded.
  public var to: Date?
  /// The class that was found.
  public var predictedClass: String?
  /// The engine, by its display name.
  public var modelUsed: String?
  /// The name of the model version.
  public var modelVersion: String?
  /// The least confidence, from 0 to 1.
  public var minimumConfidence: Double?
  /// A part of the file's name; the case of the letters A to Z does not matter.
  public var filename: String?
  /// The identity of the request that asked.
  public var requestID: String?
  /// Whether the model was uncertain.
  public var isUncertain: Bool?
  /// What is known of the truth.
  public var label: LabelState?

  /// Creates a filter that lets everything through.
  public init() {}

  /// Whether a condition is set that an index finds.
  var hasFacets: Bool {
    predictedClass != nil || modelUsed != nil || modelVersion != nil || isUncertain != nil
      || label != nil
  }

  /// Whether a condition is set for which records have to be looked at one by one.
  var needsScan: Bool { filename != nil || minimumConfidence != nil || requestID != nil }
}
