import APIKeys
import Hummingbird

/// Requests that bring their key in a header, as programs do: in `X-API-Key`, or as a bearer token (RFC
/// 6750), which is all that Prometheus can be told to send.
struct KeyHeader: CallerIdentification {
  let verifier: KeyVerifier

  func key(of request: Request, _ context: ServiceContext) async throws(APIError) -> APIKey {
    let secret = request.headers.value(of: .apiKey) ?? Self.bearerToken(request)
    return try await verifier.key(forSecret: secret, request, context)
  }

  private static func bearerToken(_ request: Request) -> String? {
    guard let field = request.headers[.authorization] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }
}
