public import Archives
import Foundation
public import Jobs

/// How the service behaves.
public struct ServiceConfiguration: Sendable {
  /// The address to listen on.
  public var host = "127.0.0.1"
  /// The port of the API; 0 takes a free one.
  public var port = 8_000
  /// The port of the web interface; 0 takes a free one, `nil` is for none.
  public var webPort: Int?
  /// The port of the Open Inference Protocol over gRPC; 0 takes a free one, `nil` is for none.
  public var grpcPort: Int?
  /// The proxies that say where requests come from.
  public var trustedProxies = TrustedProxies()
  /// Threads that decode pictures and run engines.
  public var engineThreads = ProcessInfo.processInfo.activeProcessorCount
  /// Pictures that may wait for an engine before new ones are refused.
  public var queueLimit = 256
  /// Pictures that are computed together at most.
  public var batchLimit = 16
  /// Threads that training computes with, at low priority.
  public var trainingThreads = 1
  /// Bytes a request's body may have.
  public var bodyLimit = 10 << 20
  /// Bytes an upload of many pictures may have.
  public var uploadLimit = 512 << 20
  /// How much an archive of an upload may hold.
  public var archiveLimits = ArchiveLimits()
  /// Seconds in which an upload of many pictures has to arrive.
  public var uploadTimeout: Duration = .seconds(600)
  /// Seconds a request may take.
  public var requestTimeout: Duration = .seconds(30)
  /// Seconds after which a connection without a request is closed.
  public var idleTimeout: Duration = .seconds(60)
  /// Connections that may be open at once; more wait to be accepted.
  public var connectionLimit = 10_000
  /// Seconds that requests in flight have to end when the service is stopped.
  public var drainTimeout: Duration = .seconds(10)
  /// How long a benchmark may run, after which it reports what it has.
  public var benchmarkTimeBudget: Duration = .seconds(5)
  /// How long the service still answers after it was told to stop, so that those who ask whether it
  /// is ready see that it is not, and send their requests elsewhere.
  public var drainDelay: Duration = .zero
  /// Requests a minute of keys without a limit of their own; `nil` for no limit.
  public var requestsPerMinute: Int?

  /// Whether the service works off jobs too, rather than leave them to workers.
  public var worksOffJobs = true
  /// How jobs are worked off.
  public var jobs = JobWorker.Configuration()

  /// Creates the default configuration.
  public init() {}
}
