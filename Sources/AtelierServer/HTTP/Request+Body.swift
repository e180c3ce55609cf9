import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
  /// Refuses a body that announces itself as larger than allowed.
  ///
  /// - Throws: ``APIError`` with status 413.
  func checkLength(limit: Int) throws(APIError) {
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
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
