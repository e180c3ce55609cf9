import Glibc
import GRPCCore
import NIOCore
import OpenInferenceGRPC
import ServiceLifecycle

/// The port of the Open Inference Protocol over gRPC.
struct RPCService: Service {
  let backend: RPCBackend
  let configuration: ServiceConfiguration
  let port: Int
  let onListening: @Sendable (Int) async -> Void

  func run() async throws {
    do {
      let server = try OpenInferenceServer(
        backend: backend, host: configuration.host, port: port,
        messageLimit: configuration.bodyLimit, idleTimeout: configuration.idleTimeout)
      try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await server.serve() }
          if let port = try? await server.port { await onListening(port) }
          try await group.waitForAll()
        }
      } onGracefulShutdown: {
        server.beginGracefulShutdown()
      }
    } catch {
      guard let failure = Self.systemError(error) else { throw error }
      throw ServiceError.cannotListen(
        host: configuration.host, port: port, option: "--grpc-port",
        reason: String(cString: strerror(failure.errnoCode)))
    }
  }

  private static func systemError(_ error: any Error) -> IOError? {
    (error as? IOError) ?? (error as? RuntimeError)?.cause.flatMap { systemError($0) }
  }
}
