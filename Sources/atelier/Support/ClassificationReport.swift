import AtelierServer
import Foundation

/// What `atelier classify` says of some pictures: lines for standard output, complaints for standard
/// error.
struct ClassificationReport: Sendable {
  /// Pictures that could not be classified.
  private(set) var failures = 0

  private let isJSON: Bool
  private var output: [UInt8] = []
  private var complaints: [UInt8] = []

  /// - Parameter isJSON: Whether programs are to read it: JSON Lines, complaints among them.
  init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  /// Adds the line of a picture.
  mutating func add(_ file: ClassifiedFile) {
    if isJSON {
      file.json.write(to: &output)
    } else {
      output += file.line.utf8
    }
    output.append(UInt8(ascii: "\n"))
  }

  /// Adds a complaint.
  mutating func add(_ error: any Error, path: String) {
    failures += 1
    if isJSON {
      let json: OrderedJSON = ["error": .string("\(error)"), "path": .string(path)]
      json.write(to: &output)
      output.append(UInt8(ascii: "\n"))
    } else {
      complaints += "\(path): \(error)\n".utf8
    }
  }

  /// Writes it.
  ///
  /// - Throws: `CommandFailure` when standard output takes no more.
  func write() throws(CommandFailure) {
    do {
      try FileHandle.standardOutput.write(contentsOf: output)
    } catch {
      throw .standardOutput(error.localizedDescription)
    }
    Output.write(toStandardError: complaints)
  }
}
