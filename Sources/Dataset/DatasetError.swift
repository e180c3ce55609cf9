/// Why a data set could not be read, written or used.
public enum DatasetError: Error, Sendable, Hashable {
  /// A directory does not have a file that the data set needs.
  case missing(file: String, directory: String)
  /// A file cannot be read.
  case unreadable(file: String)
  /// A file was read, but does not hold what it should.
  case damaged(file: String, reason: String)
  /// A file cannot be written.
  case unwritable(file: String, reason: String)
  /// A label is not the number of a class.
  case labelOutOfRange(label: Int, index: Int, classes: Int)
  /// A part of a split has no picture of a class.
  case classMissing(label: Int, split: String)
  /// There are too few pictures.
  case tooSmall(pictures: Int, needed: Int)
}

extension DatasetError: CustomStringConvertible {
  /// What is wrong with the data set, with which file, and how to mend it.
  public var description: String {
    switch self {
    case .missing(let file, let directory):
      "the data set in \(directory) has no \(file) (nor \(file).gz); "
        + "install Debian's dataset-fashion-mnist or name another directory with --dataset"
    case .unreadable(let file): "cannot read \(file)"
    case .damaged(let file, let reason): "\(file) is damaged: \(reason)"
    case .unwritable(let file, let reason): "cannot write \(file): \(reason)"
    case .labelOutOfRange(let label, let index, let classes):
      "the label of picture \(index) is \(label), but there are \(classes) classes "
        + "(0 to \(classes - 1))"
    case .classMissing(let label, let split):
      "the \(split) split has no picture of class \(label); add pictures of it"
    case .tooSmall(let pictures, let needed):
      "the data set has \(pictures) pictures, at least \(needed) are needed"
    }
  }
}
