import Jobs
import Training

/// Tells those who watch a job of its training: each epoch for good, each step for now.
struct TrainingWatch {
  let context: JobContext
  let state: TrainingJobState
  let epochs: Int

  /// Steps of an epoch that are told of.
  private static let toldSteps = 100

  /// What an epoch achieved.
  private struct Epoch: Encodable {
    let epoch: Int
    let epochs: Int
    let loss: Double
    let accuracy: Double
    let validationLoss: Double
    let validationAccuracy: Double
    let seconds: Double
    let remainingSeconds: Double

    private enum CodingKeys: String, CodingKey {
      case epoch, epochs, loss, accuracy, seconds
      case validationLoss = "validation_loss"
      case validationAccuracy = "validation_accuracy"
      case remainingSeconds = "remaining_seconds"
    }

    init(_ result: EpochResult, of epochs: Int) {
      epoch = result.epoch
      self.epochs = epochs
      loss = result.trainingLoss
      accuracy = result.trainingAccuracy
      validationLoss = result.validationLoss
      validationAccuracy = result.validationAccuracy
      seconds = result.seconds
      remainingSeconds = result.seconds * Double(epochs - result.epoch)
    }
  }

  /// Where the run stands within an epoch.
  private struct Step: Encodable {
    let phase = "training"
    let epoch: Int
    let step: Int
    let steps: Int
    let loss: Double
    let accuracy: Double
    let remainingSeconds: Double

    private enum CodingKeys: String, CodingKey {
      case phase, epoch, step, steps, loss, accuracy
      case remainingSeconds = "remaining_seconds"
    }
  }

  /// Tells of the epochs of earlier attempts whose processes died before they could.
  func begin(with history: [EpochResult]) {
    for result in history where result.epoch > state.epochs { tell(result) }
  }

  /// Tells of progress.
  func take(_ progress: TrainingProgress) {
    switch progress {
    case .epoch(let result, _): tell(result)
    case .step(let step):
      guard step.step % max(step.steps / Self.toldSteps, 1) == 0 else { return }
      let detail = Step(
        epoch: step.epoch, step: step.step, steps: step.steps, loss: step.loss,
        accuracy: step.accuracy, remainingSeconds: step.remaining / .seconds(1))
      context.report(
        JobProgress(
          done: step.epoch - 1, total: epochs, unit: "epochs", detail: try? EncodedJSON(detail)))
    }
  }

  private func tell(_ result: EpochResult) {
    // Numbers that are finite can be encoded.
    guard let event = try? EncodedJSON(Epoch(result, of: epochs)) else { return }
    context.append("epoch", event)
    var state = state
    state.epochs = result.epoch
    if let checkpoint = try? EncodedJSON(state) { context.noteCheckpoint(checkpoint) }
    context.report(JobProgress(done: result.epoch, total: epochs, unit: "epochs"))
  }
}
