import APIKeys
import Classification
import HTTPTypes
import Hummingbird
import Pipeline

/// `POST /predict-benchmark`: one picture on every engine.
struct BenchmarkRoute: Sendable {
  let benchmark: BenchmarkService
  let bodyLimit: Int

  static let defaultIterations = 50
  static let iterationLimit = 1_000

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .post, "/predict-benchmark", role: .predict, statuses: PredictionRoutes.statuses,
        handler: run)
    ]
  }

  @Sendable private func run(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let parameters = try PredictionParameters(request)
    let iterations = try Self.iterations(request)
    let picture = try await UploadedPicture(request, limit: bodyLimit, notes: context.notes)
    let measurements = try await benchmark.run(
      picture.bytes, preprocessing: parameters.preprocessing, version: parameters.modelVersion,
      iterations: iterations)
    return .json(Self.answer(measurements, filename: picture.filename))
  }

  private static func iterations(_ request: Request) throws(APIError) -> Int {
    guard let text = request.uri.queryParameters["iterations"] else { return defaultIterations }
    guard let count = Int(text), (1...iterationLimit).contains(count) else {
      throw .invalidParameter("iterations must be a whole number from 1 to \(iterationLimit)")
    }
    return count
  }

  /// The members of the contract first, in its order.
  private static func answer(_ measurements: [EngineMeasurement], filename: String) -> OrderedJSON {
    let times = measurements.map(\.latencies.median.milliseconds)
    let slowest = times.max() ?? 0
    func speedup(_ time: Double) -> OrderedJSON {
      .string(OrderedJSON.fixed(slowest / time, decimals: 2).text + "x")
    }
    func each(_ value: (EngineMeasurement) -> OrderedJSON) -> OrderedJSON {
      .object(
        measurements.map { OrderedJSON.Member(name: $0.engine.displayName, value: value($0)) })
    }
    let fastest = measurements.min { $0.latencies.median < $1.latencies.median }
    let fastestTime = fastest?.latencies.median.milliseconds ?? 0
    return [
      "filename": .string(filename),
      "models_tested": .array(measurements.map { .string($0.engine.displayName) }),
      "inference_times_ms": each { .fixed($0.latencies.median.milliseconds, decimals: 4) },
      "speed_comparison": each { speedup($0.latencies.median.milliseconds) },
      "fastest_model": [
        "name": .string(fastest?.engine.displayName ?? ""),
        "time_ms": .fixed(fastestTime, decimals: 4),
        "speedup_over_slowest": speedup(fastestTime),
      ],
      "iterations": .integer(measurements.map(\.latencies.sorted.count).min() ?? 0),
      "percentiles_ms": each { measurement in
        [
          "p50": .fixed(measurement.latencies.median.milliseconds, decimals: 4),
          "p95": .fixed(measurement.latencies[0.95].milliseconds, decimals: 4),
          "p99": .fixed(measurement.latencies[0.99].milliseconds, decimals: 4),
        ]
      },
      "predictions": each { measurement in
        let best = measurement.predictions[0].best
        return [
          "class": .string(best.name),
          "confidence": .fixed(Double(best.confidence), decimals: 4),
        ]
      },
    ]
  }
}
