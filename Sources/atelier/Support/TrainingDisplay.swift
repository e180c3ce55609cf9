import Foundation
import Training

/// Shows a training run on standard error: a line an epoch, and on a terminal a bar that moves.
struct TrainingDisplay {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private static let barWidth = 30

  func show(_ progress: TrainingProgress) {
    switch progress {
    case .step(let step):
      // Ten times an epoch is often enough to watch, and costs nothing.
      let interval = max(step.steps / 100, 1)
      guard isTerminal, step.step % interval == 0 || step.step == step.steps else { return }
      write("\r\u{1B}[K" + bar(step))
    case .epoch(let result, let epochs):
      write((isTerminal ? "\r\u{1B}[K" : "") + line(result, of: epochs) + "\n")
    }
  }

  private func bar(_ step: TrainingProgress.StepProgress) -> String {
    let filled = step.step * Self.barWidth / step.steps
    let bar =
      String(repeating: "=", count: filled)
      + String(repeating: " ", count: Self.barWidth - filled)
    return "epoch \(step.epoch)/\(step.epochs) [\(bar)] loss \(step.loss.formatted(decimals: 4)), "
      + "accuracy \(step.accuracy.percent), \(time(step.remaining)) left"
  }

  private func line(_ result: EpochResult, of epochs: Int) -> String {
    "epoch \(result.epoch)/\(epochs): loss \(result.trainingLoss.formatted(decimals: 4)), "
      + "accuracy \(result.trainingAccuracy.percent); validation loss "
      + "\(result.validationLoss.formatted(decimals: 4)), accuracy "
      + "\(result.validationAccuracy.percent); \(result.seconds.formatted(decimals: 1)) s"
  }

  private func time(_ duration: Duration) -> String {
    duration.formatted(.time(pattern: .hourMinuteSecond))
  }

  private func write(_ text: String) {
    Output.write(toStandardError: text.utf8)
  }
}
