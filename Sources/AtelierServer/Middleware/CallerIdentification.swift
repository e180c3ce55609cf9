import APIKeys
import Hummingbird

/// How requests say whose they are.
protocol CallerIdentification: Sendable {
  /// The key that a request is made with.
  ///
  /// - Throws: ``APIError`` when it has none that works.
  func key(of request: Request, _ context: ServiceContext) async throws(APIError) -> APIKey
}
