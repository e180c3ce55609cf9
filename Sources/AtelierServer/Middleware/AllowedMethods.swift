import HTTPTypes
import Hummingbird

/// Which methods each path has, to tell a wrong method from a wrong path.
struct AllowedMethods: Sendable {
  private let routes: [(path: [Substring], method: String)]

  init(_ endpoints: [Endpoint]) {
    routes = endpoints.map { ($0.path.split(separator: "/"), $0.method.rawValue) }
  }

  /// What to tell a caller whose request has no route.
  func error(for request: Request) -> APIError {
    let path = request.uri.path.split(separator: "/")
    // A path that is written out goes before one with gaps, as in OpenAPI.
    let exact = routes.filter { $0.path == path }
    let found = exact.isEmpty ? routes.filter { Self.matches($0.path, path) } : exact
    var methods = Set(found.map(\.method))
    guard !methods.isEmpty else {
      let hint = routes.contains { $0.path == ["docs"] } ? "; GET /docs says what there is" : ""
      return .notFound("there is nothing here\(hint)")
    }
    // Every route that has the one has the other.
    if methods.contains("GET") { methods.insert("HEAD") }
    let list = methods.sorted().joined(separator: ", ")
    let subject = methods.count == 1 ? "method of this path is" : "methods of this path are"
    return APIError(
      status: .methodNotAllowed, code: .methodNotAllowed, message: "the \(subject) \(list)",
      headers: [.allow: list])
  }

  /// Whether a path is one of a route, in which `{name}` stands for anything.
  private static func matches(_ route: [Substring], _ path: [Substring]) -> Bool {
    route.count == path.count && zip(route, path).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
  }
}
