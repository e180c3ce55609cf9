/// Why a training run stopped before its end.
public enum TrainingError: Error, Sendable, Hashable {
  /// A setting has no meaning.
  case invalidSetting(name: String, reason: String)
  /// The loss, or an answer after the step, is no longer a number. The checkpoint of the epoch before is kept.
  case diverged(epoch: Int, step: Int)
  /// This build comes without LibTorch, which training needs.
  case libTorchMissing
  /// LibTorch failed.
  case libTorch(reason: String)
  /// There is nothing to resume.
  case checkpointMissing(directory: String)
  /// The checkpoint cannot be used.
  case checkpointUnusable(directory: String, reason: String)
  /// A run's folder already holds a run.
  case directoryInUse(directory: String)
  /// A run cannot start from a version.
  case startUnusable(version: String, reason: String)
  /// A file of the run cannot be written.
  case unwritable(path: String, reason: String)
}

extension TrainingError: CustomStringConvertible {
  /// What is wrong, and how to go on.
  public var description: String {
    switch self {
    case .invalidSetting(let name, let reason): "\(name) \(reason)"
    case .diverged(let epoch, let step):
      "the loss is not a finite number at step \(step) of epoch \(epoch), or no answer is after it: "
        + "training diverged; the last good checkpoint is kept, try a lower learning rate"
    case .libTorchMissing:
      "training needs LibTorch, which this build does not have; run scripts/setup and build without "
        + "ATELIER_MINIMAL"
    case .libTorch(let reason): "LibTorch failed: \(reason)"
    case .checkpointMissing(let directory):
      "there is no unfinished run in \(directory); start one without --resume"
    case .checkpointUnusable(let directory, let reason):
      "the checkpoint in \(directory) cannot be resumed: \(reason)"
    case .directoryInUse(let directory):
      "\(directory) already holds a run or a model version; resume it with --resume or choose another "
        + "folder with --output"
    case .startUnusable(let version, let reason):
      "training cannot start from model version \(version): \(reason); start from another version, or "
        + "from scratch"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    }
  }
}
