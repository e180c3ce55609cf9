import APIKeys
import HTTPTypes
import Hummingbird

/// One route: what the router, the document and the metrics have to know of it.
struct Endpoint: Sendable {
  typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

  /// Where a handler's own code runs, between the things it waits for.
  enum Place {
    /// On the event loop of the connection, which spares waking a thread each time: for handlers that
    /// compute for microseconds, and leave everything longer to threads made for that.
    case eventLoop
    /// On the threads that all tasks share.
    case sharedThreads
  }

  let method: HTTPRequest.Method
  /// The path in the router's notation.
  let path: String
  /// The role a key needs; `nil` when the route is open to all.
  let role: Role?
  /// The statuses it can answer with.
  let statuses: [Int]
  /// Whether the document describes it; the files of a page need no description.
  let isDocumented: Bool
  /// Whether it takes an upload, which may be larger than other bodies and take longer to arrive.
  let isUpload: Bool
  let place: Place
  let handler: Handler

  init(
    _ method: HTTPRequest.Method, _ path: String, role: Role? = nil, statuses: [Int],
    isDocumented: Bool = true, isUpload: Bool = false, place: Place = .sharedThreads,
    handler: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.role = role
    self.statuses = statuses
    self.isDocumented = isDocumented
    self.isUpload = isUpload
    self.place = place
    self.handler = handler
  }

  /// Answers a request in the handler's place.
  ///
  /// - Parameter handler: The endpoint's handler, with what was put before it.
  func answer(
    _ request: Request, _ context: ServiceContext, with handler: Handler
  ) async throws -> Response {
    switch place {
    case .eventLoop: try await handler(request, context)
    case .sharedThreads:
      try await withTaskExecutorPreference(globalConcurrentExecutor) {
        try await handler(request, context)
      }
    }
  }
}
