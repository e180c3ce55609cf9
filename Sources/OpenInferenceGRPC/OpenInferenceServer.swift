import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
public import OpenInference

/// The Open Inference Protocol over gRPC, on a port of its own.
public struct OpenInferenceServer: Sendable {
  private let server: GRPCServer<HTTP2ServerTransport.Posix>

  /// Puts the server together; nothing listens yet.
  ///
  /// - Parameters:
  ///   - backend: What answers.
  ///   - host: The address to listen on.
  ///   - port: The port; 0 takes a free one.
  ///   - messageLimit: Bytes that the elements of a message's tensors may have.
  ///   - idleTimeout: After which a connection without a call is closed.
  /// - Throws: What resolving the host throws.
  public init(
    backend: some InferenceBackend, host: String, port: Int, messageLimit: Int,
    idleTimeout: Duration
  ) throws {
    let address = try NIOCore.SocketAddress.makeAddressResolvingHost(host, port: port)
    let ip = address.ipAddress ?? host
    let transport = HTTP2ServerTransport.Posix(
      address: address.protocol == .inet6
        ? .ipv6(host: ip, port: port) : .ipv4(host: ip, port: port),
      transportSecurity: .plaintext,
      config: .defaults {
        // The transport resets the stream of what is larger, and does not say why. So it takes more
        // than the service, which does.
        $0.rpc.maxRequestPayloadSize = 2 * messageLimit
        $0.connection.maxIdleTime = idleTimeout
      })
    server = GRPCServer(
      transport: transport,
      services: [
        InferenceService(backend: backend, messageLimit: messageLimit),
        HealthService(backend: backend),
      ])
  }

  /// Serves until ``beginGracefulShutdown()``, then lets calls in flight end.
  ///
  /// - Throws: What listening throws.
  public func serve() async throws {
    try await server.serve()
  }

  /// Takes no more calls.
  public func beginGracefulShutdown() {
    server.beginGracefulShutdown()
  }

  /// The port it listens on, once it does.
  ///
  /// - Throws: When it does not listen.
  public var port: Int {
    get async throws {
      let address = try await server.transport.listeningAddress
      return address.ipv4?.port ?? address.ipv6?.port ?? 0
    }
  }
}
