import APIKeys
import Counters
import Jobs
import OpenTelemetry
import ServiceLifecycle

/// Publishes the counts while the service runs.
struct PublishingService: Service {
  let counter: RedisCounter

  func run() async throws {
    await cancelWhenGracefulShutdown { await counter.run() }
  }
}

/// Keeps the connection to the shared limits while the service runs.
struct LimitsService: Service {
  let limits: SharedBuckets

  func run() async throws {
    await cancelWhenGracefulShutdown { await limits.run() }
  }
}

/// Works jobs off while the service runs.
struct JobsService: Service {
  let worker: JobWorker

  func run() async throws {
    await cancelWhenGracefulShutdown { await worker.run() }
  }
}

/// Sends spans while the service runs.
struct ExportingService: Service {
  let exporter: SpanExporter

  func run() async throws {
    await cancelWhenGracefulShutdown { await exporter.run() }
  }
}

/// Gives up work that took too long.
struct ExpiryService: Service {
  let pool: PredictionPool

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(250))
        pool.expire()
      }
    }
  }
}
