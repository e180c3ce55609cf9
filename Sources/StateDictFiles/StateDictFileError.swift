/// Why a file of PyTorch weights could not be read or written.
public struct StateDictFileError: Error, Sendable, Hashable {
  /// The file; `nil` when the bytes came from elsewhere.
  public let path: String?
  /// What is wrong with it.
  public let reason: Reason

  /// What can be wrong with a file of weights.
  public enum Reason: Error, Sendable, Hashable {
    /// It does not exist or cannot be read.
    case unreadable(String)
    /// It cannot be written.
    case unwritable(String)
    /// It is cut short, altered, or not a file of `torch.save`.
    case damaged(String)
    /// It is in the form `torch.save` wrote before PyTorch 1.6.
    case legacyFormat
    /// It asks for code to be run, or an object made, that a state dict does not need.
    case forbiddenGlobal(String)
    /// It is well formed, but holds something other than one state dict.
    case notStateDict(String)
    /// It is a state dict with something this reader does not take.
    case unsupported(String)
  }
}

extension StateDictFileError: CustomStringConvertible {
  /// What is wrong, with which file, and how to mend it.
  public var description: String {
    let file = path ?? "the uploaded file of weights"
    switch reason {
    case .unreadable(let reason): return "cannot read \(file): \(reason)"
    case .unwritable(let reason): return "cannot write \(file): \(reason)"
    case .damaged(let reason): return "\(file) is damaged: \(reason)"
    case .legacyFormat:
      return "\(file) is in the form of PyTorch before 1.6; load it there with torch.load and save "
        + "it again with torch.save(state_dict, path)"
    case .forbiddenGlobal(let name):
      return
        "refuses to run \(name): \(file) asks for code that a state dict does not need; if you "
        + "trust its author, load it in Python and save model.state_dict() instead"
    case .notStateDict(let reason): return "\(file) is not a state dict: \(reason)"
    case .unsupported(let reason): return "\(file) cannot be used: \(reason)"
    }
  }
}
