import APIKeys
import Hummingbird

/// Requests that bring their key in a header, as programs do.
struct KeyHeader: CallerIdentification {
  let verifier: KeyVerifier

  func key(of request: Request, _ context: ServiceContext) throws(APIError) -> APIKey {
    try verifier.key(forSecret: request.headers[.apiKey], request, context)
  }
}
