import Classification
public import Foundation

/// Files in the IDX format of MNIST and Fashion-MNIST, plain or gzipped.
///
/// A big-endian header (two zero bytes, the element type, the number of dimensions, each dimension
/// as 32 bits) before the elements in row-major order; only unsigned bytes (type 0x08) are read.
/// Source: LeCun, Cortes, Burges, *The MNIST Database of Handwritten Digits*, "File formats".
public enum IDXFile {
  /// Reads pictures of 28 by 28 bytes and their labels.
  ///
  /// - Throws: ``DatasetError`` when a file is missing, damaged or of another shape, or when there
  ///   are not as many pictures as labels.
  public static func read(images: URL, labels: URL) throws(DatasetError) -> LabelledImages {
    try read(
      images: (images.path, content(of: images)), labels: (labels.path, content(of: labels)))
  }

  /// Reads pictures of 28 by 28 bytes and their labels from the bytes of files and their names.
  static func read(
    images: (file: String, bytes: [UInt8]), labels: (file: String, bytes: [UInt8])
  ) throws(DatasetError) -> LabelledImages {
    let pictures = try elements(of: images.bytes, file: images.file, dimensions: 3)
    let classes = try elements(of: labels.bytes, file: labels.file, dimensions: 1)
    guard pictures.shape[1] == ImageTensor.height, pictures.shape[2] == ImageTensor.width else {
      throw .damaged(
        file: images.file,
        reason: "its pictures are \(pictures.shape[2])x\(pictures.shape[1]), not 28x28")
    }
    guard pictures.shape[0] == classes.shape[0] else {
      throw .damaged(
        file: labels.file,
        reason: "it has \(classes.shape[0]) labels for \(pictures.shape[0]) pictures")
    }
    return LabelledImages(pixels: pictures.elements, labels: classes.elements)
  }

  /// Writes pictures and labels as a pair of IDX files, gzipped when a file name ends in `.gz`.
  ///
  /// - Throws: ``DatasetError/unwritable(file:reason:)``.
  public static func write(_ data: LabelledImages, images: URL, labels: URL) throws(DatasetError) {
    try write(
      data.pixels, shape: [data.count, ImageTensor.height, ImageTensor.width], to: images)
    try write(data.labels, shape: [data.count], to: labels)
  }

  private static func content(of file: URL) throws(DatasetError) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: file, options: .mappedIfSafe))
    } catch {
      throw .unreadable(file: file.path)
    }
  }

  private static func elements(
    of bytes: [UInt8], file: String, dimensions: Int
  ) throws(DatasetError) -> (shape: [Int], elements: [UInt8]) {
    let content = Gzip.isCompressed(bytes) ? try Gzip.decompress(bytes, file: file) : bytes
    let headerSize = 4 + 4 * dimensions
    guard content.count >= headerSize, content[0] == 0, content[1] == 0 else {
      throw .damaged(file: file, reason: "it is not an IDX file")
    }
    guard content[2] == 0x08, content[3] == dimensions else {
      throw .damaged(
        file: file, reason: "it does not hold unsigned bytes in \(dimensions) dimensions")
    }
    let shape = (0..<dimensions).map { dimension in
      content[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
    }
    // Four dimensions of 32 bits can overflow; a file cannot hold more elements than bytes anyway.
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard shape.allSatisfy({ $0 <= content.count }), content.count - headerSize == count else {
      throw .damaged(
        file: file,
        reason: "its header announces \(count) elements, it holds \(content.count - headerSize)")
    }
    return (shape, Array(content[headerSize...]))
  }

  private static func write(
    _ elements: [UInt8], shape: [Int], to file: URL
  ) throws(DatasetError) {
    var content: [UInt8] = [0, 0, 0x08, UInt8(shape.count)]
    for size in shape { withUnsafeBytes(of: UInt32(size).bigEndian) { content += $0 } }
    content += elements
    do {
      let bytes = file.pathExtension == "gz" ? try Gzip.compress(content, file: file.path) : content
      try Data(bytes).write(to: file, options: .atomic)
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .unwritable(file: file.path, reason: error.localizedDescription)
    }
  }
}
