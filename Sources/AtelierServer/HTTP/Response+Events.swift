import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// Events as they come, and how to end them.
  typealias Events = (
    stream: AsyncStream<ServerSentEvent>, continuation: AsyncStream<ServerSentEvent>.Continuation
  )

  /// An answer that goes on until its events end, or the caller leaves.
  ///
  /// - Parameters:
  ///   - connection: The connection of the request; `nil` in tests that have no socket.
  ///   - retry: How long a caller waits before it asks again when it was cut off.
  ///   - events: Begins the events once the answer has begun. When the caller leaves, their
  ///     continuation is finished.
  static func events(
    to connection: Connection?, retry: Duration = .seconds(2),
    _ events: @escaping @Sendable () -> Events
  ) -> Response {
    let body = ResponseBody.streamed { writer in
      let (stream, continuation) = events()
      defer { continuation.finish() }
      // Sent at once, so that the caller sees that the answer has begun.
      try await writer.write(ByteBuffer(string: "retry: \(Int(retry / .milliseconds(1)))\n\n"))
      func send() async throws {
        for await event in stream { try await writer.write(ByteBuffer(string: event.text)) }
      }
      if let connection {
        try await connection.watching(send, onClose: { continuation.finish() })
      } else {
        try await send()
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
        // A proxy that buffers would hold events back.
        .accelBuffering: "no",
      ], body: body)
  }
}

extension HTTPField.Name {
  static let accelBuffering = HTTPField.Name(constant: "X-Accel-Buffering")
}
