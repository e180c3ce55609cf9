import APIKeys
import HTTPTypes
import Hummingbird

/// One route: what the router, the document and the metrics have to know of it.
struct Endpoint: Sendable {
  typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

  let method: HTTPRequest.Method
  /// The path in the router's notation.
  let path: String
  /// The role a key needs; `nil` when the route is open to all.
  let role: Role?
  /// The statuses it can answer with.
  let statuses: [Int]
  /// Whether the document describes it; the files of a page need no description.
  let isDocumented: Bool
  let handler: Handler

  init(
    _ method: HTTPRequest.Method, _ path: String, role: Role? = nil, statuses: [Int],
    isDocumented: Bool = true, handler: @escaping Handler
  ) {
    self.method = method
    self.path = path
    self.role = role
    self.statuses = statuses
    self.isDocumented = isDocumented
    self.handler = handler
  }
}
