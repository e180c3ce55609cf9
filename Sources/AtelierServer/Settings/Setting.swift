import Archives
import Configuration
import Foundation
import Imaging

/// One thing that can be configured: by a flag, an environment variable, or a line of a YAML file.
public enum Setting: String, CaseIterable, Sendable {
  case host, port, uiPort, grpcPort, home, model, canary, engines, nativePrecision
  case engineThreads, trainingThreads, queueLimit, batchLimit, bodyLimit, uploadLimit, uploadTimeout
  case archiveEntryLimit, archiveSizeLimit
  case pixelLimit, requestTimeout, idleTimeout, connectionLimit, drainTimeout, drainDelay
  case trustedProxies, requestsPerMinute, jobs, jobRetention, apiKeys, database, databaseUrl
  case databaseConnections, durability, redisUrl, redisPrefix, logLevel, logFile

  /// The name in a YAML file.
  public var name: String { rawValue }

  /// The name of the environment variable.
  public var environmentName: String {
    switch self {
    case .redisUrl: "REDIS_URL"
    case .databaseUrl: "DATABASE_URL"
    default:
      "ATELIER_"
        + name.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
    }
  }

  /// Whether the value must not be shown.
  public var isSecret: Bool { [.apiKeys, .databaseUrl, .redisUrl].contains(self) }

  /// What the setting means, with its unit.
  public var help: String {
    switch self {
    case .host: "address to listen on"
    case .port: "port of the API"
    case .uiPort: "port of the web interface; 0 for none"
    case .grpcPort: "port of the Open Inference Protocol over gRPC; 0 for none"
    case .home: "directory of the database, keys, models and logs"
    case .model: "version of the model; empty for the promoted one"
    case .canary: "version that a share of the requests tries, such as v3=10%; empty for none"
    case .engines: "engines to load, separated by commas, or all"
    case .nativePrecision: "numbers that the native engine multiplies: float32 or int8"
    case .engineThreads: "threads that decode pictures and run engines; 0 for one a core"
    case .trainingThreads: "threads that training computes with, at low priority"
    case .queueLimit: "pictures that may wait for an engine"
    case .batchLimit: "pictures computed together at most"
    case .bodyLimit: "bytes a request may have"
    case .uploadLimit: "bytes an upload of many pictures may have"
    case .uploadTimeout: "seconds in which an upload of many pictures has to arrive"
    case .archiveEntryLimit: "entries an archive may have"
    case .archiveSizeLimit: "bytes that the entries of an archive may have together, unpacked"
    case .pixelLimit: "pixels a picture may have"
    case .requestTimeout: "seconds a request may take"
    case .idleTimeout: "seconds until an idle connection is closed"
    case .connectionLimit: "connections that may be open"
    case .drainTimeout: "seconds requests have to end when the service stops"
    case .drainDelay: "seconds the service still accepts requests after it was told to stop"
    case .trustedProxies:
      "proxies whose X-Forwarded-For says the client's address: addresses or blocks, such as 10.0.0.0/8"
    case .requestsPerMinute: "requests a minute of a key without a limit of its own; 0 for no limit"
    case .jobs: "who works off jobs: all, servers as well as workers, or workers alone"
    case .jobRetention: "days that jobs are kept after they are over; 0 for ever"
    case .apiKeys: "keys, written KEY:ROLE,KEY:ROLE"
    case .database: "file of the database; empty for atelier.db in the home directory"
    case .databaseUrl:
      "PostgreSQL for predictions, jobs and keys, as postgres://…; empty for the file"
    case .databaseConnections: "connections to PostgreSQL at most"
    case .durability:
      "what a prediction in the file survives: power (loss), or process (death) only"
    case .redisUrl:
      "Redis for shared counters and jobs; empty for one on this machine, if there is one"
    case .redisPrefix: "start of the names of keys in Redis"
    case .logLevel: "least severe log lines: trace, debug, info, notice, warning, error, critical"
    case .logFile:
      "file of the log beside standard error, in the home directory; none for standard error alone"
    }
  }

  /// The value when nothing else is said.
  var defaultValue: ConfigContent {
    let service = ServiceConfiguration()
    switch self {
    case .host: return .string(service.host)
    case .port: return .int(service.port)
    case .uiPort: return .int(8_501)
    case .grpcPort: return .int(8_001)
    case .home: return .string(Self.defaultHome)
    case .engines: return .string("all")
    case .nativePrecision: return .string("float32")
    case .model, .canary, .trustedProxies, .apiKeys, .database, .databaseUrl, .redisUrl:
      return .string("")
    case .engineThreads, .requestsPerMinute, .drainDelay: return .int(0)
    case .trainingThreads: return .int(service.trainingThreads)
    case .queueLimit: return .int(service.queueLimit)
    case .batchLimit: return .int(service.batchLimit)
    case .bodyLimit: return .int(service.bodyLimit)
    case .uploadLimit: return .int(service.uploadLimit)
    case .uploadTimeout: return .int(600)
    case .archiveEntryLimit: return .int(service.archiveLimits.entryCount)
    case .archiveSizeLimit: return .int(service.archiveLimits.unpackedBytes)
    case .pixelLimit: return .int(ImageLimits().maximumPixels)
    case .requestTimeout: return .int(30)
    case .idleTimeout: return .int(60)
    case .connectionLimit: return .int(service.connectionLimit)
    case .drainTimeout: return .int(10)
    case .jobs: return .string("all")
    case .jobRetention: return .int(7)
    case .databaseConnections: return .int(8)
    case .durability: return .string("power")
    case .redisPrefix: return .string("atelier")
    case .logLevel: return .string("info")
    case .logFile: return .string("app.log")
    }
  }

  /// A value that was given as text.
  func configValue(of text: String) -> ConfigValue {
    if case .int = defaultValue, let number = Int(text) {
      return ConfigValue(.int(number), isSecret: isSecret)
    }
    return ConfigValue(.string(text), isSecret: isSecret)
  }

  /// The values that make sense, for whole numbers.
  var range: ClosedRange<Int> {
    switch self {
    case .port, .uiPort, .grpcPort: 0...65_535
    case .engineThreads: 0...1_024
    case .trainingThreads: 1...1_024
    case .queueLimit, .connectionLimit: 1...1_000_000
    case .batchLimit: 1...4_096
    case .databaseConnections: 1...1_024
    case .bodyLimit: 1_024...(1 << 30)
    case .uploadLimit, .archiveSizeLimit: 1_024...(1 << 40)
    case .archiveEntryLimit: 1...1_000_000_000
    case .pixelLimit: 1...1_000_000_000
    case .requestTimeout, .uploadTimeout, .idleTimeout, .drainTimeout: 1...86_400
    default: 0...1_000_000
    }
  }

  /// What the value must be.
  var requirement: String {
    guard case .int = defaultValue else { return "must be one text" }
    return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  /// Where state is kept when nothing else is said.
  public static var defaultHome: String {
    FileManager.default.homeDirectoryForCurrentUser.appending(path: ".local/share/atelier").path
  }
}
