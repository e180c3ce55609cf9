import Jobs

/// What does the jobs of servers and workers.
enum JobHandlers {
  /// The handlers of all kinds of jobs that this version of the program knows.
  static func all(
    _ service: PredictionService, _ batches: BatchService, _ configuration: ServiceConfiguration
  ) -> [any JobHandler] {
    [
      ArchiveJobHandler(
        service: service, batches: batches, pictureLimit: configuration.bodyLimit,
        archiveLimits: configuration.archiveLimits),
      TrainingJobHandler(
        models: service.models,
        datasets: TrainingDatasets(
          store: service.store, archiveLimits: configuration.archiveLimits),
        threads: configuration.trainingThreads, logger: service.logger),
    ]
  }
}
