import Classification
public import Foundation

/// The standard data set: 60,000 training and 10,000 test pictures (Xiao et al., 2017).
public struct FashionMNIST: Sendable {
  /// The 60,000 training pictures.
  public let training: LabelledImages
  /// The 10,000 test pictures.
  public let test: LabelledImages

  /// Where Debian's package `dataset-fashion-mnist` keeps the four files.
  public static let standardDirectory = URL(fileURLWithPath: "/usr/share/datasets/fashion-mnist")

  /// Combines training and test pictures.
  public init(training: LabelledImages, test: LabelledImages) {
    self.training = training
    self.test = test
  }

  /// Reads the four IDX files, gzipped or not, of a directory.
  ///
  /// - Throws: ``DatasetError`` when a file is missing or damaged, or a label names no class.
  public init(directory: URL = FashionMNIST.standardDirectory) throws(DatasetError) {
    training = try Self.part("train", of: directory)
    test = try Self.part("t10k", of: directory)
  }

  /// Reads only the test pictures of a directory.
  ///
  /// - Throws: ``DatasetError`` when a file is missing or damaged, or a label names no class.
  public static func test(
    directory: URL = FashionMNIST.standardDirectory
  ) throws(DatasetError) -> LabelledImages {
    try part("t10k", of: directory)
  }

  /// Writes the four gzipped IDX files into a directory, which is made when it is missing.
  ///
  /// - Throws: ``DatasetError/unwritable(file:reason:)``.
  public func write(to directory: URL) throws(DatasetError) {
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(file: directory.path, reason: error.localizedDescription)
    }
    for (prefix, images) in [("train", training), ("t10k", test)] {
      try IDXFile.write(
        images,
        images: directory.appending(path: prefix + "-images-idx3-ubyte.gz"),
        labels: directory.appending(path: prefix + "-labels-idx1-ubyte.gz"))
    }
  }

  private static func part(
    _ prefix: String, of directory: URL
  ) throws(DatasetError) -> LabelledImages {
    let images = try IDXFile.read(
      images: file(prefix + "-images-idx3-ubyte", in: directory),
      labels: file(prefix + "-labels-idx1-ubyte", in: directory))
    _ = try images.classCounts(classCount: FashionClass.allCases.count)
    return images
  }

  private static func file(_ name: String, in directory: URL) throws(DatasetError) -> URL {
    for candidate in [name, name + ".gz"] {
      let url = directory.appendingPathComponent(candidate)
      if FileManager.default.fileExists(atPath: url.path) { return url }
    }
    throw .missing(file: name, directory: directory.path)
  }
}
