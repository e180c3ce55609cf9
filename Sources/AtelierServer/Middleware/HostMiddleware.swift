import HTTPTypes
import Hummingbird

/// Refuses requests that do not say, once, which host they are for (RFC 9112, section 3.2): a proxy before
/// the service could take them for those of another host than the service does.
struct HostMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    // The first field is the request's authority, any other is still a field.
    guard let host = request.head.authority, request.headers[Self.field] == nil,
      host.utf8.allSatisfy(Self.isPartOfHost)
    else {
      throw APIError.invalidRequest(
        "a request needs the header Host once, with a host and perhaps a port, "
          + "such as example.org:8000")
    }
    return try await next(request, context)
  }

  private static let field = HTTPField.Name(constant: "Host")

  /// Whether a host or a port can have a byte (RFC 3986, section 3.2.2).
  private static func isPartOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
    }
  }
}
