import Synchronization

/// The ports the service listens on.
public struct ServicePorts: Sendable, Hashable {
  /// The port of the API.
  public let api: Int
  /// The port of the web interface, if there is one.
  public let web: Int?
  /// The port of the Open Inference Protocol over gRPC, if there is one.
  public let grpc: Int?
}

/// The ports the service listens on, as they become known.
final class ListeningPorts: Sendable {
  /// What listens.
  enum Listener: Hashable, Sendable {
    case api, web, grpc

    /// What a service listens on.
    static func all(of configuration: ServiceConfiguration) -> Set<Listener> {
      var listeners: Set<Listener> = [.api]
      if configuration.webPort != nil { listeners.insert(.web) }
      if configuration.grpcPort != nil { listeners.insert(.grpc) }
      return listeners
    }
  }

  private let ports = Mutex<[Listener: Int]>([:])

  /// The port of the API, once it listens.
  var api: Int? { ports.withLock { $0[.api] } }

  /// Notes a port.
  ///
  /// - Returns: All, to whoever noted the last of those that are expected.
  func note(
    _ port: Int, of listener: Listener, among expected: Set<Listener>
  ) -> ServicePorts? {
    ports.withLock { ports in
      ports[listener] = port
      guard let api = ports[.api], expected.isSubset(of: ports.keys) else { return nil }
      return ServicePorts(api: api, web: ports[.web], grpc: ports[.grpc])
    }
  }
}
