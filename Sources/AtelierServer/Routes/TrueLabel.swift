import Classification
import Foundation
import Hummingbird

/// The body that says what a picture really shows: `{"label": "Bag"}`, or `null` for nobody knows.
struct TrueLabel: Sendable {
  let label: String?

  private static let bodyLimit = 4_096

  /// Reads a request.
  ///
  /// - Parameter labels: The classes there are.
  /// - Throws: ``APIError`` when the body is too large, no JSON, or names no class.
  init(_ request: Request, labels: LabelSet) async throws(APIError) {
    let members = try await request.collectJSONObject(
      upTo: Self.bodyLimit, example: #"{"label": "Bag"}"#
    ).members
    label = try Self.label(of: members, labels: labels)
  }

  private static func label(
    of members: [String: Any], labels: LabelSet
  ) throws(APIError) -> String? {
    guard members.count == 1, let label = members["label"] else {
      throw .invalidParameter(#"the body must be an object with the one member "label""#)
    }
    if label is NSNull { return nil }
    guard let name = label as? String, labels.names.contains(name) else {
      throw .invalidParameter(
        "label must be null, or one of " + labels.names.joined(separator: ", "))
    }
    return name
  }
}
