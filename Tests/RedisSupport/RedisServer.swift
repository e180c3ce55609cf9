import Glibc
import ServerSupport

/// A real `redis-server` on a free loopback port, that ends with the test.
public final class RedisServer: Sendable {
  /// Where it listens on 127.0.0.1.
  public let port: Int
  private let process: ServerProcess

  /// Starts a server and waits until it listens.
  ///
  /// - Parameter port: The port; by default a free one.
  public init(port: Int? = nil) throws {
    self.port = try port ?? Loopback.freePort()
    process = try ServerProcess([
      "redis-server", "--port", String(self.port), "--bind", "127.0.0.1", "--save", "",
      "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning",
    ])
    let deadline = ContinuousClock.now + .seconds(20)
    while !Loopback.listens(self.port) {
      guard ContinuousClock.now < deadline else {
        throw ServerFailure(description: "no redis-server")
      }
      sched_yield()
    }
  }

  deinit { stop() }

  /// Kills the server as a crash would, and waits until it is gone.
  public func stop() { process.end(SIGKILL) }
}
