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
  /// An archive is cut short, damaged, or passes a limit.
  case archive(file: String, reason: String)
  /// A folder holds more files than allowed.
  case tooManyFiles(directory: String, limit: Int)
  /// There is no picture with a label.
  case noPictures(source: String, unreadable: Int)
  /// No stored prediction has a label and a picture.
  case noLabels(withoutPicture: Int)
  /// A folder holds both pictures and folders of pictures, so that it cannot be told what is a class.
  case mixedFolder(path: String, inner: String)
  /// There are several CSV files.
  case severalTables(paths: [String])
  /// A CSV file has no column of paths, or none of labels.
  case columnsMissing(file: String, found: [String], paths: [String], labels: [String])
  /// A path in a CSV file leads out of the data set's folder.
  case pathOutside(file: String, row: Int, path: String)
  /// An IDX file of pictures has no file of labels.
  case partnerMissing(file: String, partner: String)
  /// IDX files have labels that no name is known for.
  case classNamesMissing(largest: Int, file: String)
  /// There are more classes than labels can tell apart.
  case tooManyClasses(count: Int, limit: Int)
  /// There is only one class, or none.
  case tooFewClasses(names: [String])
  /// A class has fewer different, usable pictures than the parts of a split need.
  case classTooSmall(name: String, pictures: Int, needed: Int)
  /// All pictures are of the standard training set, so that none can be held out.
  case nothingHeldOut(pictures: Int)
  /// Classes are not among those the model is to know.
  case unknownLabels(labels: [String], known: [String])
  /// The same picture has different labels.
  case contradictions(count: Int, example: [String])
}

extension DatasetError: CustomStringConvertible {
  /// What is wrong with the data set, with which file, and how to mend it.
  public var description: String {
    switch self {
    case .missing(let file, let directory):
      "the data set in \(directory) has no \(file) (nor \(file).gz); "
        + "install Debian's dataset-fashion-mnist, or name another directory"
    case .unreadable(let file): "cannot read \(file): it is missing, or this user may not read it"
    case .damaged(let file, let reason): "\(file) is damaged: \(reason)"
    case .unwritable(let file, let reason): "cannot write \(file): \(reason)"
    case .labelOutOfRange(let label, let index, let classes):
      "the label of picture \(index) is \(label), but there are \(classes) classes "
        + "(0 to \(classes - 1))"
    case .classMissing(let label, let split):
      "the \(split) split has no picture of class \(label); add pictures of it"
    case .tooSmall(let pictures, let needed):
      "the data set has \(pictures) pictures, at least \(needed) are needed"
    case .archive(let file, let reason): "cannot read the data set \(file): \(reason)"
    case .tooManyFiles(let directory, let limit):
      "\(directory) holds more than \(limit) files; train on a part of them"
    case .noPictures, .noLabels, .mixedFolder, .severalTables, .columnsMissing, .pathOutside,
      .partnerMissing, .classNamesMissing:
      layoutDescription
    case .tooManyClasses, .tooFewClasses, .classTooSmall, .nothingHeldOut, .unknownLabels,
      .contradictions:
      contentDescription
    }
  }

  /// What keeps files from being a data set.
  private var layoutDescription: String {
    switch self {
    case .noPictures(let source, let unreadable):
      "\(source) holds no picture with a label"
        + (unreadable > 0 ? " (\(unreadable) files cannot be read)" : "")
        + "; put pictures into folders that are named by class, or name them in a CSV file"
    case .noLabels(let count):
      "no stored prediction has a label"
        + (count > 0 ? " and its picture (\(count) have no picture any more)" : "")
        + "; say of some predictions what they really show"
    case .mixedFolder(let path, let inner):
      "the folder \(path) holds pictures, and so does \(inner) in it; put each picture right into "
        + "the folder of its class"
    case .severalTables(let paths):
      "there are several tables (\(paths.joined(separator: ", "))); keep one, or name it itself"
    case .columnsMissing(let file, let found, let paths, let labels):
      "\(file) has the columns \(found.joined(separator: ", ")); it needs one of paths "
        + "(\(paths.joined(separator: ", "))) and one of labels "
        + "(\(labels.joined(separator: ", "))), named in its first row"
    case .pathOutside(let file, let row, let path):
      "row \(row) of \(file) names \(path), which leads out of the folder of the data set; write paths "
        + "from that folder on, without .."
    case .partnerMissing(let file, let partner): "there is \(file), but no \(partner) beside it"
    case .classNamesMissing(let largest, let file):
      "there are labels up to \(largest), but no names for them; write the names of the classes into "
        + "\(file), one a line, in the order of the labels"
    default: ""
    }
  }

  /// What keeps pictures from being learned from.
  private var contentDescription: String {
    switch self {
    case .tooManyClasses(let count, let limit):
      "the data set has \(count) classes, at most \(limit) can be told apart"
    case .tooFewClasses(let names):
      names.isEmpty
        ? "no picture of the data set can be used"
        : "all pictures are of the class \(names[0]); add another class to tell it from"
    case .nothingHeldOut(let pictures):
      "all \(pictures) usable pictures are of the standard training set, which versions have learned "
        + "from, so that none can be held out to judge by; add pictures of your own"
    case .classTooSmall(let name, let pictures, let needed) where pictures >= needed:
      "of the \(pictures) usable pictures of the class \(name), too few are not of the standard "
        + "training set: at least \(needed) such are needed, one to learn from, one to validate with, "
        + "one to judge by"
    case .classTooSmall(let name, let pictures, let needed):
      pictures == 0
        ? "the class \(name) has no usable picture; add some, or remove the class"
        : "the class \(name) has \(pictures) usable pictures, at least \(needed) are needed: one to "
          + "learn from, one to validate with, one to judge by"
    case .unknownLabels(let labels, let known):
      "the labels \(labels.joined(separator: ", ")) are not among those of the standard set "
        + "(\(known.joined(separator: ", "))); spell them so, or train on the data set alone"
    case .contradictions(let count, let example):
      "\(count) pictures occur with different labels, such as \(example.joined(separator: " and ")); "
        + "keep the right one, or leave --strict out to pass them over"
    default: ""
    }
  }
}
