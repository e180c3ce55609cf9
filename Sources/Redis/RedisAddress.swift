import Foundation

/// Where a Redis server is, and how to enter it.
public struct RedisAddress: Sendable, Hashable {
  /// The name or number of the host.
  public var host: String
  /// The port.
  public var port: Int
  /// The user, for servers with access control lists.
  public var user: String?
  /// The password.
  public var password: String?
  /// The number of the database.
  public var database: Int

  /// Names a server.
  public init(
    host: String = "127.0.0.1", port: Int = 6_379, user: String? = nil, password: String? = nil,
    database: Int = 0
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database
  }

  /// Reads `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`.
  ///
  /// - Throws: ``RedisError/invalidURL(reason:)``, which does not repeat the password.
  public init(url text: String) throws(RedisError) {
    guard let url = URLComponents(string: text), let scheme = url.scheme else {
      throw .invalidURL(reason: "it is not a URL")
    }
    guard scheme == "redis" else {
      throw .invalidURL(
        reason: scheme == "rediss"
          ? "encrypted connections are not supported; use a tunnel" : "it starts with \(scheme)://")
    }
    guard let host = url.host, !host.isEmpty else { throw .invalidURL(reason: "it has no host") }
    guard (1...65_535).contains(url.port ?? 6_379) else {
      throw .invalidURL(reason: "the port is not a number from 1 to 65535")
    }
    let path = url.path.drop { $0 == "/" }
    guard let database = path.isEmpty ? 0 : Int(path), database >= 0 else {
      throw .invalidURL(reason: "the database is not a number")
    }
    self.init(
      host: host.trimmingCharacters(in: ["[", "]"]), port: url.port ?? 6_379,
      user: url.user.flatMap { $0.isEmpty ? nil : $0 }, password: url.password, database: database)
  }
}

extension RedisAddress: CustomStringConvertible {
  /// The address without its password.
  public var description: String { "redis://\(host):\(port)/\(database)" }
}
