import APIKeys
import Archives
public import Classification
import Counters
import Foundation
public import Imaging
import Jobs
import Logging
import OpenTelemetry
import Pipeline
import Records
import Redis
import Synchronization

/// Builds a service from settings, and runs it: everything between the command line and the service.
public struct ServiceHost: Sendable {
  /// What the service says once it listens, for the person who started it.
  public struct Announcement: Sendable {
    /// Where the API is.
    public let url: String
    /// Where the web interface is, if there is one; at the first start on this machine with a token
    /// that signs in once.
    public let webURL: String?
    /// Where the Open Inference Protocol over gRPC is, if it is.
    public let grpcAddress: String?
    /// The secret of the key made at the first start; it is shown this once.
    public let firstKey: String?
  }

  private let settings: Settings

  /// Creates a host.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// The engines to load, or all there are.
  ///
  /// - Throws: ``SettingsError`` when a name is unknown.
  public func engines(of available: [EngineKind]) throws(SettingsError) -> [EngineKind] {
    let names = settings.text(.engines).split(separator: ",")
    guard !names.isEmpty, names != ["all"] else { return available }
    var engines: [EngineKind] = []
    for name in names {
      guard let engine = EngineKind(rawValue: name.trimmingCharacters(in: .whitespaces)),
        available.contains(engine)
      else {
        throw .unusable(
          .engines, value: String(name),
          reason: "must be all, or some of " + available.map(\.rawValue).joined(separator: ", "))
      }
      engines.append(engine)
    }
    return engines
  }

  /// The numbers that the native engine multiplies.
  ///
  /// - Throws: ``SettingsError`` when there are no such numbers.
  public func nativePrecision() throws(SettingsError) -> NativePrecision {
    let text = settings.text(.nativePrecision)
    guard let precision = NativePrecision(rawValue: text) else {
      throw .unusable(
        .nativePrecision, value: text,
        reason: "must be one of " + NativePrecision.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return precision
  }

  /// The version that a share of the requests tries; `nil` for none.
  ///
  /// - Throws: ``SettingsError`` when the setting cannot be read.
  public func canary() throws(SettingsError) -> Canary? {
    let text = settings.text(.canary)
    guard !text.isEmpty else { return nil }
    guard let canary = Canary(text) else {
      throw .unusable(
        .canary, value: text, reason: "must be a version and a share, as in v3=10%")
    }
    return canary
  }

  /// How large pictures may be.
  public var imageLimits: ImageLimits {
    ImageLimits(maximumPixels: settings.number(.pixelLimit))
  }

  /// Serves until the process is told to stop.
  ///
  /// - Parameters:
  ///   - models: The versions of the model.
  ///   - announce: Told once requests are accepted.
  /// - Throws: `SettingsError`, `TracingError`, `KeyError`, `SessionSecretError`, `RecordsError`,
  ///   `PostgresError` or `RedisError` when the service cannot start, `ServiceError` when a port cannot be
  ///   had.
  public func run(
    models: ServedModels, announce: @escaping @Sendable (Announcement) -> Void
  ) async throws {
    let sink = LogSink(file: settings.logFile)
    let logger = try logger(writingTo: sink)
    let tracing = try TracingConfiguration(environment: ProcessInfo.processInfo.environment)
    for (engine, error) in models.current.model.failures {
      logger.warning(
        "an engine is not available", error: error,
        metadata: ["engine": .string(engine.displayName)])
    }
    let storage = try Storage(settings)
    let (keys, firstKey) = try keys(in: storage, logger: logger)
    let shown = Shown()
    try await withCleanUp {
      try await serve(models, from: storage, keys: keys, firstKey: firstKey, tracing, logger) {
        shown.note()
        announce($0)
      }
      logger.info("stopped")
    } cleanUp: {
      if let firstKey, !shown.isTrue { withdraw(firstKey.key, logger: logger) }
      await sink.flush()
    }
  }

  private func serve(
    _ models: ServedModels, from storage: Storage, keys: KeyRing, firstKey: NewKey?,
    _ tracing: TracingConfiguration?, _ logger: Logger,
    announce: @escaping @Sendable (Announcement) -> Void
  ) async throws {
    let home = settings.homeDirectory
    let store = storage.predictions
    if storage.isShared {
      logger.info(
        "predictions, jobs and keys are shared through PostgreSQL",
        metadata: ["database": .string(storage.description)])
    }
    var configuration = configuration
    configuration.trustedProxies = try TrustedProxies(settings.text(.trustedProxies))
    configuration.worksOffJobs = try worksOffJobs()
    let redis = try await redis()
    if let redis {
      logger.info(
        "counts, limits and jobs are shared through Redis", metadata: ["redis": .string("\(redis)")]
      )
    }
    let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
    let web = try webAccess(in: storage, firstKey: firstKey?.key)
    let service = AtelierService(
      configuration: configuration, models: models, store: store,
      jobs: jobs(in: home, of: storage.jobs, redis: redis),
      counter: redis.map { counter(of: store, at: $0) },
      limits: redis.map { limits(at: $0, logger: logger) }, keys: keys, web: web,
      exporter: tracing.map { SpanExporter($0, logger: logger) }, logger: logger
    ) { ports in
      announce(
        Announcement(
          url: "http://\(host):\(ports.api)",
          webURL: ports.web.map { "http://\(host):\($0)" + (web.link?.address ?? "") },
          grpcAddress: ports.grpc.map { "\(host):\($0)" },
          firstKey: firstKey?.secret))
    }
    try await service.run()
  }

  /// Takes back the key of a first start that came to nothing: nobody was shown it, and the next start
  /// would make none.
  private func withdraw(_ key: APIKey, logger: Logger) {
    do {
      // Opened anew: the service has closed what it was made with.
      try KeysHost(settings).keys().withdraw(id: key.id)
    } catch {
      logger.error(
        "the first key was not shown to anybody, and cannot be taken back; revoke it", error: error,
        metadata: ["key": .string(key.id)])
    }
  }

  /// How the service behaves.
  var configuration: ServiceConfiguration {
    var configuration = ServiceConfiguration()
    configuration.host = settings.text(.host)
    configuration.port = settings.number(.port)
    if case let port = settings.number(.uiPort), port > 0 { configuration.webPort = port }
    if case let port = settings.number(.grpcPort), port > 0 { configuration.grpcPort = port }
    if case let threads = settings.number(.engineThreads), threads > 0 {
      configuration.engineThreads = threads
    }
    configuration.trainingThreads = settings.number(.trainingThreads)
    configuration.queueLimit = settings.number(.queueLimit)
    configuration.batchLimit = settings.number(.batchLimit)
    configuration.bodyLimit = settings.number(.bodyLimit)
    configuration.uploadLimit = settings.number(.uploadLimit)
    configuration.archiveLimits.entryCount = settings.number(.archiveEntryLimit)
    configuration.archiveLimits.unpackedBytes = settings.number(.archiveSizeLimit)
    configuration.uploadTimeout = .seconds(settings.number(.uploadTimeout))
    configuration.requestTimeout = .seconds(settings.number(.requestTimeout))
    configuration.idleTimeout = .seconds(settings.number(.idleTimeout))
    configuration.connectionLimit = settings.number(.connectionLimit)
    configuration.drainTimeout = .seconds(settings.number(.drainTimeout))
    configuration.drainDelay = .seconds(settings.number(.drainDelay))
    let days = settings.number(.jobRetention)
    configuration.jobs.retention = days > 0 ? .seconds(days * 86_400) : nil
    let rate = settings.number(.requestsPerMinute)
    configuration.requestsPerMinute = rate > 0 ? rate : nil
    return configuration
  }

  /// Whether the server works off jobs too.
  ///
  /// - Throws: ``SettingsError`` when the setting says neither.
  private func worksOffJobs() throws(SettingsError) -> Bool {
    switch settings.text(.jobs) {
    case "all": return true
    case "workers": return false
    case let text: throw .unusable(.jobs, value: text, reason: "must be all or workers")
    }
  }

  /// Where jobs are asked for.
  func jobs(in home: URL, of store: any JobStore, redis: RedisAddress?) -> JobBoard {
    let folders = JobFolders(directory: home.appending(path: "jobs"))
    let queue = DatabaseJobQueue(store: store, folders: folders)
    return JobBoard(
      store: store,
      queue: redis.map {
        RedisJobQueue(database: queue, address: $0, prefix: settings.text(.redisPrefix))
      } ?? queue,
      folders: folders)
  }

  func logger(writingTo sink: LogSink) throws(SettingsError) -> Logger {
    guard let level = Logger.Level(rawValue: settings.text(.logLevel).lowercased()) else {
      throw .unusable(
        .logLevel, value: settings.text(.logLevel),
        reason: "must be one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return Logger(label: "atelier") { _ in JSONLogHandler(sink: sink, level: level) }
  }

  /// What the web interface lets people in with. The link is for whoever sits at this machine: others
  /// who can reach it might see the terminal's output too.
  private func webAccess(
    in storage: Storage, firstKey: APIKey?
  ) throws(SessionSecretError) -> WebAccess {
    let isLocal = ["127.0.0.1", "::1", "localhost"].contains(settings.text(.host))
    return WebAccess(
      secret: try storage.sessionSecret(),
      link: isLocal ? firstKey.map { SignInLink(keyID: $0.id) } : nil)
  }

  /// The keys of the settings and the storage; when there is none at all, one is made that may
  /// do everything.
  private func keys(
    in storage: Storage, logger: Logger
  ) throws(KeyError) -> (ring: KeyRing, firstKey: NewKey?) {
    let store = try storage.keys()
    let fixed = try KeyList.parse(settings.text(.apiKeys))
    let firstKey = fixed.isEmpty ? try store.createFirst() : nil
    let ring = try KeyRing(fixed: fixed, store: store) { error in
      logger.error("the keys could not be read again", error: error)
    }
    return (ring, firstKey)
  }

  /// The Redis to use: the one of the settings, or else one on this machine, if there is one.
  func redis() async throws(RedisError) -> RedisAddress? {
    let url = settings.text(.redisUrl)
    guard url.isEmpty else { return try RedisAddress(url: url) }
    let address = RedisAddress()
    let answers = await RedisConnection.answers(at: address, within: .milliseconds(200))
    return answers ? address : nil
  }

  /// The rates that servers limit together.
  private func limits(at address: RedisAddress, logger: Logger) -> SharedBuckets {
    SharedBuckets(address: address, prefix: settings.text(.redisPrefix)) { failure in
      if let failure {
        logger.error("limits are not shared: this server counts requests by itself", error: failure)
      } else {
        logger.notice("limits are shared through Redis")
      }
    }
  }

  func counter(of store: any PredictionStore, at address: RedisAddress) -> RedisCounter {
    RedisCounter(address: address, source: store, prefix: settings.text(.redisPrefix))
  }
}

/// Whether somebody was told something.
private final class Shown: Sendable {
  private let state = Mutex(false)

  var isTrue: Bool { state.withLock { $0 } }

  func note() { state.withLock { $0 = true } }
}
