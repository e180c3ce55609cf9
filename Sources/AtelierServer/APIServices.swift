import Classification
import Counters
import Jobs
import Logging
import Records

/// What the routes of the API that work with pictures, predictions, jobs and models do it with.
struct APIServices: Sendable {
  let predictions: PredictionService
  let batches: BatchService
  let datasets: TrainingDatasets
  /// Tells callers of jobs.
  let jobEvents: JobEventFeed
  private let configuration: ServiceConfiguration
  private let connections: Connections
  private let benchmark: BenchmarkService
  private let history: HistoryService
  private let jobs: JobService
  private let statistics: StatisticsService
  private let logger: Logger

  init(
    configuration: ServiceConfiguration, models: ServedModels, store: any PredictionStore,
    board: JobBoard, counter: (any PredictionCounter)?, connections: Connections,
    pool: PredictionPool, versions: VersionMetrics, logger: Logger
  ) {
    self.configuration = configuration
    self.connections = connections
    self.logger = logger
    predictions = PredictionService(
      models: models, pool: pool, store: store, counter: counter, connections: connections,
      requestTimeout: configuration.requestTimeout, versions: versions, logger: logger)
    batches = BatchService(service: predictions, engineBatch: configuration.batchLimit)
    datasets = TrainingDatasets(store: store, archiveLimits: configuration.archiveLimits)
    jobEvents = JobEventFeed(store: board.store, logger: logger)
    benchmark = BenchmarkService(
      models: models, pool: pool, timeBudget: configuration.benchmarkTimeBudget)
    history = HistoryService(
      store: store, models: models, connections: connections, logger: logger)
    jobs = JobService(board: board, logger: logger)
    statistics = StatisticsService(store: store, counter: counter, logger: logger)
  }

  /// The routes.
  var endpoints: [Endpoint] {
    let models = predictions.models
    return PredictionRoutes(service: predictions, bodyLimit: configuration.bodyLimit).endpoints
      + BatchRoute(
        service: predictions, batches: batches,
        uploadLimit: configuration.uploadLimit, pictureLimit: configuration.bodyLimit,
        archiveLimits: configuration.archiveLimits, logger: logger
      ).endpoints
      + JobRoutes(
        jobs: jobs, feed: jobEvents, service: predictions, connections: connections,
        uploadLimit: configuration.uploadLimit, pictureLimit: configuration.bodyLimit,
        archiveLimits: configuration.archiveLimits
      ).endpoints
      + TrainingRoutes(
        jobs: jobs, models: models, datasets: datasets, uploadLimit: configuration.uploadLimit
      ).endpoints
      + BenchmarkRoute(benchmark: benchmark, bodyLimit: configuration.bodyLimit).endpoints
      + HistoryRoutes(history: history).endpoints
      + StatisticsRoute(statistics: statistics).endpoints
      + ModelRoutes(
        models: models, catalog: ModelCatalog(models: models),
        uploadLimit: configuration.uploadLimit, logger: logger
      ).endpoints
  }
}
