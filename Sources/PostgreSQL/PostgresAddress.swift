import CPostgreSQL

/// Where a PostgreSQL server is, how to enter it and how to talk to it: a URL as libpq reads it, with
/// its parameters, such as `sslmode` and `sslrootcert`.
public struct PostgresAddress: Sendable, Hashable {
  /// The parameters of the connection, as libpq names them.
  let parameters: [String: String]

  /// What is said of the connection unless the URL says otherwise.
  private static let defaults = [
    "application_name": "atelier", "client_encoding": "UTF8", "connect_timeout": "5",
    // A server that was cut off is given up after some seconds, not after minutes.
    "keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3",
    "tcp_user_timeout": "10000",
  ]

  /// Whether a text is meant to be the address of a PostgreSQL server.
  public static func isWritten(_ text: String) -> Bool {
    text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
  }

  /// Reads `postgres://[USER[:PASSWORD]@]HOST[:PORT][,...]/DATABASE[?PARAMETER=VALUE[&...]]`.
  ///
  /// - Throws: ``PostgresError/invalidURL(reason:)``, which does not repeat the URL: what is wrong with
  ///   it is often that a part of the password is taken for something else.
  public init(url text: String) throws(PostgresError) {
    guard Self.isWritten(text) else {
      throw .invalidURL(reason: "it does not start with postgres://")
    }
    guard let options = PQconninfoParse(text, nil) else {
      throw .invalidURL(reason: "it cannot be read, or has a parameter that does not exist")
    }
    defer { PQconninfoFree(options) }
    var parameters = Self.defaults
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        parameters[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    guard parameters["host"]?.contains("@") != true, parameters["dbname"]?.contains("@") != true
    else {
      throw .invalidURL(reason: "there is an @ too many")
    }
    guard (parameters["port"] ?? "").split(separator: ",").allSatisfy({ UInt16($0) != nil }) else {
      throw .invalidURL(reason: "the port is not a number from 1 to 65535")
    }
    self.parameters = parameters
  }
}

extension PostgresAddress: CustomStringConvertible {
  /// The address without user and password.
  public var description: String {
    let hosts = (parameters["host"] ?? "localhost").split(separator: ",")
    let ports = (parameters["port"] ?? "5432").split(separator: ",")
    let servers = hosts.enumerated().map { index, host in
      "\(host):\(index < ports.count ? ports[index] : ports.last ?? "5432")"
    }
    return "postgres://\(servers.joined(separator: ","))/\(parameters["dbname"] ?? "")"
  }
}
