import Glibc
import Synchronization

/// A real `redis-server` on a free loopback port, that ends with the test.
public final class RedisServer: Sendable {
  /// Where it listens on 127.0.0.1.
  public let port: Int
  /// The process, until it was stopped.
  private let process: Mutex<Int32?>

  /// Why there is no server.
  public struct Failure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String
  }

  /// Starts a server and waits until it listens.
  ///
  /// - Parameter port: The port; by default a free one.
  public init(port: Int? = nil) throws {
    self.port = try port ?? Self.freePort()
    let identity = try Self.spawn([
      "redis-server", "--port", String(self.port), "--bind", "127.0.0.1", "--save", "",
      "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning",
    ])
    process = Mutex(identity)
    // Connecting is the way to know; each attempt fails or succeeds at once.
    let deadline = ContinuousClock.now + .seconds(20)
    while !Self.listens(self.port) {
      guard ContinuousClock.now < deadline else { throw Failure(description: "no redis-server") }
      sched_yield()
    }
  }

  deinit { stop() }

  /// Kills the server as a crash would, and waits until it is gone.
  public func stop() {
    guard
      let identity = process.withLock({ process in
        defer { process = nil }
        return process
      })
    else { return }
    kill(identity, SIGKILL)
    var status: Int32 = 0
    waitpid(identity, &status, 0)
  }

  private static func spawn(_ command: [String]) throws -> Int32 {
    var identity: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let status = posix_spawnp(&identity, command[0], nil, nil, &arguments, environ)
    guard status == 0 else { throw Failure(description: String(cString: strerror(status))) }
    return identity
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
      }
    }
    guard status == 0 else { throw Failure(description: "no free port") }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  private static func listens(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    } == 0
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }
}
