import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
  /// The JSON object that the body is, and its text.
  ///
  /// - Parameter example: Such a body, to name in errors.
  /// - Throws: ``APIError`` when the body is too large, of another type, no JSON or no object.
  func collectJSONObject(
    upTo limit: Int, example: String
  ) async throws(APIError) -> (members: [String: Any], data: Data) {
    guard FieldValue(headers[.contentType] ?? "").value.lowercased() == "application/json" else {
      throw APIError(
        status: .unsupportedMediaType, code: .unsupportedType,
        message: "send it as application/json, such as \(example)")
    }
    let data = Data(try await collectBody(upTo: limit).readableBytesView)
    guard let value = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    else { throw .invalidRequest("the body is not JSON") }
    guard let members = value as? [String: Any] else {
      throw .invalidParameter("the body must be an object, such as \(example)")
    }
    return (members, data)
  }

  /// Refuses a body that is compressed: what it holds would have no bound before it is unpacked.
  ///
  /// - Throws: ``APIError`` with status 415.
  func checkEncoding() throws(APIError) {
    guard let coding = headers.value(of: .contentEncoding), coding.lowercased() != "identity"
    else { return }
    throw APIError(
      status: .unsupportedMediaType, code: .unsupportedType,
      message: "the body has the content coding \(coding.prefix(32)), which is not read; "
        + "send it as it is",
      headers: [.acceptEncoding: "identity"])
  }

  /// Refuses a body that announces itself as larger than allowed.
  ///
  /// - Throws: ``APIError`` with status 413.
  func checkLength(limit: Int) throws(APIError) {
    if let length = headers.value(of: .contentLength).flatMap({ Int($0) }), length > limit {
      throw .bodyTooLarge(limit: limit)
    }
  }

  /// The whole body.
  ///
  /// - Throws: ``APIError`` when it is larger than allowed, or ends early.
  func collectBody(upTo limit: Int) async throws(APIError) -> ByteBuffer {
    try checkLength(limit: limit)
    do {
      return try await body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw .bodyTooLarge(limit: limit)
    } catch {
      throw .invalidRequest("the body ended before it was complete")
    }
  }
}
