import Classification
import Imaging
import Pipeline

/// Compares the loaded engines on one picture, one comparison at a time.
final class BenchmarkService: Sendable {
  private let models: ServedModels
  private let pool: PredictionPool
  private let timeBudget: Duration
  private let places = Places(1)

  init(models: ServedModels, pool: PredictionPool, timeBudget: Duration) {
    self.models = models
    self.pool = pool
    self.timeBudget = timeBudget
  }

  /// Runs every loaded engine on a picture.
  ///
  /// - Parameter version: The version of the model; `nil` for the one that is served.
  /// - Returns: A measurement for each engine.
  /// - Throws: ``APIError`` when the picture is unusable, an engine fails, or a comparison is running:
  ///   two at once would measure each other.
  func run(
    _ bytes: [UInt8], preprocessing: Preprocessing, version: String?, iterations: Int
  ) async throws(APIError) -> [EngineMeasurement] {
    guard let place = places.take() else {
      throw .unavailable(.overloaded, "another benchmark is running; try again", retryAfter: 3)
    }
    defer { withExtendedLifetime(place) {} }
    let served = version == nil ? models.current : try await models.model(version)
    let classifiers = try classifiers(of: served)
    let benchmark = EngineBenchmark(iterations: iterations, timeBudget: timeBudget)
    do {
      return try await pool.run {
        let image = try classifiers[0].prepare(bytes, with: preprocessing)
        return try benchmark.run(classifiers, on: [image.tensor])
      }
    } catch let error as ImagingError {
      throw APIError(error, picture: bytes)
    } catch let error as InferenceError {
      throw APIError(error)
    } catch {
      throw APIError(.shuttingDown, picture: bytes)
    }
  }

  private func classifiers(of served: ServedModel) throws(APIError) -> [Classifier] {
    var classifiers: [Classifier] = []
    for engine in served.model.availableEngines {
      classifiers.append(try served.classifier(for: engine))
    }
    guard !classifiers.isEmpty else {
      throw .unavailable(.engineUnavailable, "no engine is loaded", retryAfter: 30)
    }
    return classifiers
  }
}
