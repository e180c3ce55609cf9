import Classification
import Hashing
import Imaging
import Pipeline

/// The pictures one thread computes together.
struct Batch {
  private struct Prepared {
    let job: PredictionJob
    let tensor: ImageTensor
    let hash: String
    let queueTime: Duration
    let decodingTime: Duration
    let preprocessingTime: Duration
  }

  private let limit: Int
  private let patience: Duration
  private let start = ContinuousClock.now
  private var prepared: [Prepared] = []

  /// Every job that was taken, with those that turned out not to be pictures.
  private(set) var taken: [PredictionJob] = []

  init(limit: Int, patience: Duration) {
    self.limit = limit
    self.patience = patience
  }

  /// Pictures to compute.
  var count: Int { prepared.count }

  /// Whether another picture may join.
  var wantsMore: Bool {
    prepared.count < limit && taken.count < 2 * limit && ContinuousClock.now - start < patience
  }

  /// Decodes, preprocesses and hashes a picture; one that is unusable is answered at once.
  mutating func prepare(_ job: PredictionJob) {
    taken.append(job)
    guard !job.isAnswered else { return }
    let begin = ContinuousClock.now
    do throws(ImagingError) {
      let (tensor, decodingTime) = try Self.tensor(of: job.work)
      let hash = ContentHash.sha256(of: job.work.bytes)
      prepared.append(
        Prepared(
          job: job, tensor: tensor, hash: hash, queueTime: begin - job.arrival,
          decodingTime: decodingTime, preprocessingTime: .now - begin - decodingTime))
    } catch {
      job.finish(.failure(.picture(error)))
    }
  }

  private static func tensor(
    of work: PredictionWork
  ) throws(ImagingError) -> (tensor: ImageTensor, decodingTime: Duration) {
    if let tensor = work.tensor { return (tensor, .zero) }
    let (image, time) = try work.classifier.timedPrepare(work.bytes, with: work.preprocessing)
    return (image.tensor, time)
  }

  /// Computes the pictures and answers them; does nothing when there are none.
  func run() -> BatchReport? {
    guard let classifier = prepared.first?.job.work.classifier else { return nil }
    let begin = ContinuousClock.now
    let (engineTime, error) = run(classifier)
    return BatchReport(
      engine: classifier.engine.kind, size: count, duration: engineTime ?? .now - begin,
      error: error)
  }

  /// Computes the pictures and answers them.
  ///
  /// - Returns: How long the engine ran; `nil` with the reason when it failed.
  private func run(_ classifier: Classifier) -> (engineTime: Duration?, error: InferenceError?) {
    do throws(InferenceError) {
      let start = ContinuousClock.now
      let (predictions, time) = try classifier.timedClassify(prepared.map(\.tensor))
      for (picture, prediction) in zip(prepared, predictions) {
        picture.job.finish(
          .success(
            outcome(of: picture, prediction, batchSize: count, start: start, time: time)))
      }
      return (time, nil)
    } catch {
      guard count > 1 else {
        prepared[0].job.finish(.failure(.engine(error)))
        return (nil, error)
      }
      // One picture the engine chokes on must not take the others with it.
      for picture in prepared { runAlone(picture, classifier) }
      return (nil, error)
    }
  }

  private func runAlone(_ picture: Prepared, _ classifier: Classifier) {
    do throws(InferenceError) {
      let start = ContinuousClock.now
      let (predictions, time) = try classifier.timedClassify([picture.tensor])
      picture.job.finish(
        .success(outcome(of: picture, predictions[0], batchSize: 1, start: start, time: time)))
    } catch {
      picture.job.finish(.failure(.engine(error)))
    }
  }

  private func outcome(
    of picture: Prepared, _ prediction: Prediction, batchSize: Int,
    start: ContinuousClock.Instant, time: Duration
  ) -> PredictionOutcome {
    PredictionOutcome(
      prediction: prediction, tensor: picture.tensor, imageSHA256: picture.hash,
      batchSize: batchSize, arrival: picture.job.arrival, inferenceStart: start,
      queueTime: picture.queueTime, decodingTime: picture.decodingTime,
      preprocessingTime: picture.preprocessingTime, inferenceTime: time)
  }
}
