import HTTPTypes
import Hummingbird

/// Which methods each fixed path has, to tell a wrong method from a wrong path.
struct AllowedMethods: Sendable {
  private let methods: [String: [String]]

  init(_ endpoints: [Endpoint]) {
    methods = Dictionary(grouping: endpoints, by: \.path).mapValues { endpoints in
      endpoints.map(\.method.rawValue).sorted()
    }
  }

  /// What to tell a caller whose request has no route.
  func error(for request: Request) -> APIError {
    guard let methods = methods[request.uri.path] else {
      return APIError(
        status: .notFound, code: .notFound,
        message: "there is nothing here; GET /docs says what there is")
    }
    let list = methods.joined(separator: ", ")
    return APIError(
      status: .methodNotAllowed, code: .methodNotAllowed,
      message: "the method of this path is \(list)", headers: [.allow: list])
  }
}
