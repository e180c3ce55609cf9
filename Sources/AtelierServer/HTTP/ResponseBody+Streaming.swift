import Hummingbird

extension ResponseBody {
  /// A body that is written while it is made. What makes it runs on the threads that all tasks share,
  /// not on the connection's event loop.
  ///
  /// - Parameters:
  ///   - length: How many bytes it will have, if that is known.
  ///   - write: Writes all of it, and its end.
  static func streamed(
    length: Int? = nil,
    _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
  ) -> ResponseBody {
    ResponseBody(contentLength: length) { writer in
      try await withTaskExecutorPreference(globalConcurrentExecutor) { try await write(&writer) }
    }
  }
}
