import Classification
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The body that says what a picture really shows: `{"label": "Bag"}`, or `null` for nobody knows.
struct TrueLabel: Sendable {
  let label: String?

  private static let bodyLimit = 4_096

  /// Reads a request.
  ///
  /// - Parameter labels: The classes there are.
  /// - Throws: ``APIError`` when the body is too large, no JSON, or names no class.
  init(_ request: Request, labels: LabelSet) async throws(APIError) {
    guard
      FieldValue(request.headers[.contentType] ?? "").value.lowercased() == "application/json"
    else {
      throw APIError(
        status: .unsupportedMediaType, code: .unsupportedType,
        message: #"send the label as application/json, such as {"label": "Bag"}"#)
    }
    let bytes = try await request.collectBody(upTo: Self.bodyLimit)
    label = try Self.decode(Data(bytes.readableBytesView), labels: labels)
  }

  private static func decode(_ data: Data, labels: LabelSet) throws(APIError) -> String? {
    guard let value = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    else { throw .invalidRequest("the body is not JSON") }
    guard let object = value as? [String: Any], object.count == 1, let label = object["label"]
    else { throw .invalidParameter(#"the body must be an object with the one member "label""#) }
    if label is NSNull { return nil }
    guard let name = label as? String, labels.names.contains(name) else {
      throw .invalidParameter(
        "label must be null, or one of " + labels.names.joined(separator: ", "))
    }
    return name
  }
}
