import Counters
import Foundation
import Jobs
import Logging
import Records
import Redis
import ServiceLifecycle
import UnixSignals

/// Builds a worker from settings, and runs it: a process that does jobs and serves nobody.
public struct WorkerHost: Sendable {
  private let settings: Settings

  /// Creates a host.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// Works until the process is told to stop; jobs that are not done by then go on elsewhere.
  ///
  /// - Parameters:
  ///   - models: The versions of the model.
  ///   - announce: Told what the worker shares with the servers, once it works.
  /// - Throws: `SettingsError`, `RecordsError` or `RedisError` when the worker cannot start.
  public func run(
    models: ServedModels, announce: @escaping @Sendable (String) -> Void
  ) async throws {
    let host = ServiceHost(settings)
    guard try !settings.text(.redisUrl).isEmpty || settings.databaseAddress != nil else {
      throw SettingsError.unusable(
        .redisUrl, value: "",
        reason: "must be the servers' Redis to share work with, or DATABASE_URL their PostgreSQL")
    }
    let home = settings.homeDirectory
    let sink = LogSink(file: nil)
    let logger = try host.logger(writingTo: sink)
    let redis = try await host.redis()
    let storage = try Storage(settings)
    let store = storage.predictions
    let counter = redis.map { host.counter(of: store, at: $0) }
    let board = host.jobs(in: home, of: storage.jobs, redis: redis)
    let work = WorkerService(
      configuration: host.configuration, models: models, store: store, board: board,
      counter: counter, logger: logger)
    announce(
      "works on \(storage.description): the servers and workers that share it have to "
        + (storage.isShared
          ? "share the home directory too, in which jobs have their files"
          : "be on this machine, with the same home directory"))
    try await withCleanUp {
      try await work.run()
    } cleanUp: {
      try await store.close()
      await sink.flush()
    }
  }
}

/// The parts of a service that jobs need.
private struct WorkerService: Sendable {
  private let pool: PredictionPool
  private let worker: JobWorker
  private let models: ServedModels
  private let watch: ModelWatch
  private let counter: RedisCounter?
  private let logger: Logger

  init(
    configuration: ServiceConfiguration, models: ServedModels, store: any PredictionStore,
    board: JobBoard, counter: RedisCounter?, logger: Logger
  ) {
    pool = PredictionPool(
      .init(
        threadCount: configuration.engineThreads, queueLimit: configuration.queueLimit,
        batchLimit: configuration.batchLimit))
    let service = PredictionService(
      models: models, pool: pool, store: store, counter: counter, connections: Connections(),
      requestTimeout: configuration.requestTimeout, versions: VersionMetrics(), logger: logger)
    self.models = models
    watch = ModelWatch(models: models, logger: logger)
    worker = JobWorker(
      board: board,
      handlers: JobHandlers.all(
        service, BatchService(service: service, engineBatch: configuration.batchLimit),
        configuration), configuration: configuration.jobs, logger: logger)
    self.counter = counter
    self.logger = logger
  }

  func run() async throws {
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(ExpiryService(pool: pool)), .init(watch), .init(JobsService(worker: worker)),
    ]
    if let counter { services.insert(.init(PublishingService(counter: counter)), at: 0) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await withCleanUp {
      try await group.run()
    } cleanUp: {
      await pool.shutDown()
      await models.shutDown()
    }
  }
}
