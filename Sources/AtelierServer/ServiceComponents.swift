import APIKeys
import Classification
import Counters
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Jobs
import Logging
import ModelStore
import Monitoring
import NIOCore
import Pipeline
import Records

/// The application as Hummingbird runs it.
typealias ServiceApplication = Application<RouterResponder<ServiceContext>>

/// The parts of the service, put together.
struct ServiceComponents: Sendable {
  let configuration: ServiceConfiguration
  let pool: PredictionPool
  let models: ServedModels
  let connections = Connections()
  let metrics: ServiceMetrics
  let readiness: Readiness
  let feed: SummaryFeed
  let endpoints: [Endpoint]
  let web: WebInterface
  let ports = ListeningPorts()
  /// Tells callers of jobs.
  let jobEvents: JobEventFeed
  /// What does the jobs.
  let jobHandlers: [any JobHandler]
  let jobMetrics: JobMetrics
  private let authenticator: Authenticator
  /// What answers the Open Inference Protocol over gRPC.
  let rpcBackend: RPCBackend
  private let tracing: RequestTracing?
  let datasets: TrainingDatasets
  let logger: Logger

  init(
    configuration: ServiceConfiguration, models: ServedModels, store: any PredictionStore,
    jobs board: JobBoard, counter: (any PredictionCounter)? = nil, limits: SharedBuckets? = nil,
    keys: KeyRing, web: WebAccess = WebAccess(), tracing: RequestTracing? = nil,
    logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.configuration = configuration
    self.models = models
    self.tracing = tracing
    self.logger = logger
    let attempts = AttemptLimiter(sharing: limits)
    let verifier = KeyVerifier(keys: keys, attempts: attempts, now: now, logger: logger)
    authenticator = Authenticator(
      identification: KeyHeader(verifier: verifier), rates: RateLimiter(sharing: limits),
      defaultRate: configuration.requestsPerMinute, now: now)
    metrics = ServiceMetrics(engines: models.current.model.availableEngines)
    let pool = PredictionPool(
      .init(
        threadCount: configuration.engineThreads, queueLimit: configuration.queueLimit,
        batchLimit: configuration.batchLimit), observer: metrics.batchEnded)
    self.pool = pool
    readiness = Readiness(
      store: store, engines: { models.current.model.availableEngines.map(\.displayName) })
    let (connections, start) = (connections, ContinuousClock.now)
    let services = APIServices(
      configuration: configuration, models: models, store: store, board: board, counter: counter,
      connections: connections, pool: pool, versions: metrics.versions, logger: logger)
    datasets = services.datasets
    jobEvents = services.jobEvents
    jobHandlers = JobHandlers.all(services.predictions, services.batches, configuration)
    jobMetrics = JobMetrics(kinds: jobHandlers.map(\.kind))
    let summaries = Self.summaries(models, store, metrics, logger)
    feed = SummaryFeed(summaries)
    readiness.whenDraining { [jobEvents, feed] in
      jobEvents.end()
      feed.end()
    }
    let gauges: @Sendable () -> MetricsReport.Gauges = {
      .init(
        queueDepth: pool.queueDepth, queueLimit: configuration.queueLimit,
        connections: connections.count, wrongKeys: attempts.failureCount, limits: limits,
        uptime: .now - start, models: models.roles)
    }
    let api =
      services.endpoints + KeyRoutes(keys: keys, logger: logger).endpoints
      + HealthRoutes(readiness: readiness).endpoints
      + MetricsRoute(
        metrics: metrics, gauges: gauges, summaries: summaries, jobs: jobMetrics,
        jobStore: board.store
      ).endpoints
      + MonitoringRoutes(summaries: summaries, feed: feed, connections: connections).endpoints
    let inference = OpenInferenceService(
      predictions: services.predictions,
      models: OpenModels(models: models, catalog: ModelCatalog(models: models)),
      readiness: readiness)
    rpcBackend = RPCBackend(
      service: inference, verifier: verifier, authenticator: authenticator, metrics: metrics,
      tracing: tracing, logger: logger)
    endpoints =
      api + OpenInferenceRoutes(service: inference, bodyLimit: configuration.bodyLimit).endpoints
      + DocumentationRoutes(document: OpenAPIDocument.json).endpoints
    self.web = WebInterface(
      access: web, verifier: verifier, authenticator: authenticator,
      facts: WebServiceFacts(
        models: models, bodyLimit: configuration.bodyLimit,
        uploadLimit: configuration.uploadLimit, ports: ports, api: api))
    metrics.expect(endpoints)
    if configuration.grpcPort != nil { metrics.expect(calls: RPCBackend.routes) }
  }

  private static func summaries(
    _ models: ServedModels, _ store: any PredictionStore, _ metrics: ServiceMetrics,
    _ logger: Logger
  ) -> SummaryService {
    SummaryService(
      store: store, traffic: metrics.traffic,
      servedVersion: {
        let version = models.current.model.version
        return (version.name, version.manifest.labels.names)
      },
      references: {
        models.loaded($0).flatMap { ReferenceDistribution($0.model.version.manifest) }
      },
      logger: logger)
  }

  /// Routes endpoints, behind the middleware.
  private func router(
    _ endpoints: [Endpoint], _ authenticator: Authenticator? = nil, pages: WebPages? = nil
  ) -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.add(middleware: HeadMiddleware())
    router.add(
      middleware:
        IdentityMiddleware(trustedProxies: configuration.trustedProxies, sampler: tracing?.sampler))
    router.add(
      middleware:
        ObservationMiddleware(metrics: metrics, logger: logger, tracing: tracing))
    if let pages { router.add(middleware: PageMiddleware(pages: pages)) }
    router.add(
      middleware: ErrorMiddleware(allowedMethods: AllowedMethods(endpoints), logger: logger))
    router.add(middleware: HostMiddleware())
    for endpoint in endpoints {
      let handler = authenticator?.guarding(endpoint) ?? endpoint.handler
      // Of what can be got, the head can be got alone.
      let methods: [HTTPRequest.Method] =
        endpoint.method == .get ? [.get, .head] : [endpoint.method]
      for method in methods {
        router.on(RouterPath(endpoint.path), method: method) { request, context in
          try await endpoint.answer(request, context, with: handler)
        }
      }
    }
    return router
  }

  /// The application of the API, which listens on the configured port.
  func application(
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> ServiceApplication {
    application(
      router(endpoints, authenticator), port: configuration.port, onListening: onListening)
  }

  /// The application of the web interface, which checks sessions itself.
  func webApplication(
    port: Int, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) -> ServiceApplication {
    application(router(web.endpoints, pages: web.pages), port: port, onListening: onListening)
  }

  private func application(
    _ router: Router<ServiceContext>, port: Int,
    onListening: @escaping @Sendable (Int) async -> Void
  ) -> ServiceApplication {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    return Application(
      router: router, server: server(),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: port), backlog: 4_096,
        availableConnectionsDelegate: MaximumAvailableConnections(
          configuration.connectionLimit, logger: quiet)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
      logger: quiet)
  }

  private func server() -> HTTPServerBuilder {
    let (connections, configuration, logger) = (connections, configuration, logger)
    let uploadPaths = (endpoints + web.endpoints).filter(\.isUpload).map(\.path)
    let http = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ConnectionGuard(
          connections: connections, configuration: configuration, uploadPaths: uploadPaths,
          logger: logger)
      ],
      idleTimeout: TimeAmount(configuration.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    return HTTPServerBuilder { responder in
      ConnectionChannel(base: HTTP1Channel(responder: responder, configuration: http))
    }
  }
}
