import Classification
import Foundation
import Hummingbird
import Records

/// What the query of a history asks for.
struct HistoryParameters: Sendable {
  let filter: PredictionFilter
  let limit: Int
  let cursor: PredictionCursor?

  static let defaultLimit = 50
  static let limits = 1...200
  static let textLimit = 255

  /// Reads the query.
  ///
  /// - Parameter labels: The classes there are.
  /// - Throws: ``APIError`` with status 422 when a parameter has an unusable value.
  init(_ query: QueryParameters, labels: LabelSet) throws(APIError) {
    filter = try Self.filter(query, labels: labels)
    limit = try Self.limit(query)
    cursor = try query.value("cursor", "the next_cursor of an answer, as it was") {
      PredictionCursor($0)
    }
  }

  /// How many entries a page of a list has.
  ///
  /// - Throws: ``APIError`` with status 422 when the parameter has an unusable value.
  static func limit(_ query: QueryParameters) throws(APIError) -> Int {
    try query.value("limit", "a whole number from \(limits.lowerBound) to \(limits.upperBound)") {
      Int($0).flatMap { limits.contains($0) ? $0 : nil }
    } ?? defaultLimit
  }

  private static func filter(
    _ query: QueryParameters, labels: LabelSet
  ) throws(APIError) -> PredictionFilter {
    let time = "a time such as 2026-11-24T09:30:00Z, or a day such as 2026-11-24"
    var filter = PredictionFilter()
    filter.from = try query.value("from", time) { HistoryTime($0)?.start }
    filter.to = try query.value("to", time) { HistoryTime($0)?.end }
    filter.predictedClass = try query.value("class", oneOf(labels.names)) {
      labels.names.contains($0) ? $0 : nil
    }
    filter.modelUsed = try engine(query)
    filter.modelVersion = try modelVersion(query)
    filter.minimumConfidence = try query.value("min_confidence", "a number from 0 to 1") {
      Double($0).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    filter.filename = try query.value(
      "filename", "a part of a file's name, of at most \(textLimit) bytes", Self.plainText)
    filter.requestID = try query.value("request_id", "the X-Request-ID of a request") {
      RequestIdentity.accepted($0)
    }
    filter.isUncertain = try query.value("uncertain", "true or false") { Bool($0) }
    filter.label = try query.value("label", oneOf(LabelState.allCases.map(\.rawValue))) {
      LabelState(rawValue: $0)
    }
    return filter
  }

  /// The display name of the engine that a query asks for.
  static func engine(_ query: QueryParameters) throws(APIError) -> String? {
    try query.value("engine", oneOf(EngineKind.allCases.map(\.rawValue))) { text in
      EngineKind.allCases.first { $0.rawValue == text || $0.displayName == text }?.displayName
    }
  }

  /// The model version that a query asks for.
  static func modelVersion(_ query: QueryParameters) throws(APIError) -> String? {
    try query.value("model_version", "the name of a version", plainText)
  }

  private static func oneOf(_ names: [String]) -> String {
    "one of " + names.joined(separator: ", ")
  }

  /// A text that names something: not empty, not long, without control characters.
  private static func plainText(_ text: String) -> String? {
    let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return (1...textLimit).contains(text.utf8.count) && isPlain ? text : nil
  }
}

extension QueryParameters {
  /// The value of a parameter; `nil` when it is absent.
  ///
  /// - Throws: ``APIError`` with status 422 when the text has no value.
  func value<Value>(
    _ name: String, _ expectation: String, _ parse: (String) -> Value?
  ) throws(APIError) -> Value? {
    guard let text = self[name] else { return nil }
    guard let value = parse(text) else { throw .invalidParameter("\(name) must be \(expectation)") }
    return value
  }
}
