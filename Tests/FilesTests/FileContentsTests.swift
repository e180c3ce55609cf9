import Files
import Foundation
import Testing

@Suite final class FileContentsTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test(arguments: [0, 1, 4096, 3_000_000])
  func whatIsWrittenIsRead(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = folder.appending(path: "file").path
    try FileContents.write([7, 7, 7, 7, 7], to: path)
    try FileContents.write(bytes, to: path)
    #expect(try FileContents.read(from: path, limit: size) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func whatIsNoFileOrTooLargeIsRefused() throws {
    #expect(throws: FileError.self) { try FileContents.read(from: folder.path, limit: 1000) }
    let pipe = folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.self) { try FileContents.read(from: pipe, limit: 1000) }
    let path = folder.appending(path: "file").path
    #expect(throws: FileError.self) { try FileContents.read(from: path, limit: 1000) }
    try FileContents.write([1, 2, 3], to: path)
    let error = #expect(throws: FileError.self) { try FileContents.read(from: path, limit: 2) }
    #expect(error?.description == "\(path): it has 3 bytes, more than the 2 allowed")
  }

  @Test func aFailedWriteLeavesNothingBehind() throws {
    let error = #expect(throws: FileError.self) {
      try FileContents.write([1], to: folder.appending(path: "missing/file").path)
    }
    #expect(error?.reason == "No such file or directory")
    #expect(throws: FileError.self) { try FileContents.write([1], to: folder.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    let beside = try FileManager.default.contentsOfDirectory(
      atPath: folder.deletingLastPathComponent().path)
    #expect(!beside.contains { $0.hasPrefix(".\(folder.lastPathComponent)") })
  }

  @Test func relativePathsAreWritten() throws {
    let name = "files-test-\(UUID())"
    defer { unlink(name) }
    try FileContents.write([1, 2], to: name)
    #expect(try FileContents.read(from: name, limit: 2) == [1, 2])
  }

  @Test func aFileOfOthersAppearsWholeOrNotAtAll() async throws {
    struct Broken: Error {}
    let path = folder.appending(path: "file").path
    await #expect(throws: Broken.self) {
      try await FileContents.create(at: path) { temporary in
        try FileContents.write([1], to: temporary)
        throw Broken()
      }
    }
    // Nothing was written, although nothing was thrown.
    await #expect(throws: FileError.self) { try await FileContents.create(at: path) { _ in } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    let size = try await FileContents.create(at: path) { temporary in
      try FileContents.write([1, 2, 3], to: temporary)
      #expect(access(path, F_OK) != 0)
      return 3
    }
    #expect(size == 3)
    #expect(try FileContents.read(from: path, limit: 3) == [1, 2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func anExistingFileIsOnlyReplacedOnDemand() async throws {
    let path = folder.appending(path: "file").path
    try FileContents.write([1], to: path)
    let error = await #expect(throws: FileError.self) {
      try await FileContents.create(at: path) { try FileContents.write([2], to: $0) }
    }
    #expect(error?.reason == "there is such a file already")
    #expect(try FileContents.read(from: path, limit: 1) == [1])
    try await FileContents.create(at: path, replacing: true) {
      try FileContents.write([2], to: $0)
    }
    #expect(try FileContents.read(from: path, limit: 1) == [2])
  }

  @Test func ofManyThatMakeAFileOneDoes() async throws {
    let path = folder.appending(path: "file").path
    let makers = await withTaskGroup(of: UInt8?.self) { group in
      for maker in UInt8(1)...32 {
        group.addTask {
          try? await FileContents.create(at: path) { temporary -> UInt8 in
            try FileContents.write([maker], to: temporary)
            return maker
          }
        }
      }
      return await group.reduce(into: [UInt8]()) { if let maker = $1 { $0.append(maker) } }
    }
    #expect(makers.count == 1)
    #expect(try FileContents.read(from: path, limit: 1) == makers)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func ofManyThatWriteAMissingFileOneDoes() async throws {
    let path = folder.appending(path: "file").path
    let writers = try await withThrowingTaskGroup(of: UInt8?.self) { group in
      for writer in UInt8(1)...32 {
        group.addTask { try FileContents.writeIfMissing([writer], to: path) ? writer : nil }
      }
      return try await group.reduce(into: [UInt8]()) { if let writer = $1 { $0.append(writer) } }
    }
    #expect(writers.count == 1)
    #expect(try FileContents.read(from: path, limit: 1) == writers)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
  }

  @Test func whatIsMovedIsThereAndNotWhereItWas() throws {
    let (path, newPath) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
    try FileContents.write([1], to: path)
    try FileContents.move(from: path, to: newPath)
    #expect(try FileContents.read(from: newPath, limit: 1) == [1])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b"])
    #expect(throws: FileError.self) { try FileContents.move(from: path, to: newPath) }
    try FileContents.synchronize(folder: folder.path)
  }

  @Test func whatIsNoFileStaysWhereItIs() async throws {
    let pipe = folder.appending(path: "pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let error = #expect(throws: FileError.self) { try FileContents.write([1], to: pipe) }
    #expect(error?.description == "\(pipe): it is not a regular file")
    await #expect(throws: FileError.self) {
      try await FileContents.create(at: pipe, replacing: true) {
        try FileContents.write([1], to: $0)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pipe"])
    let attributes = try FileManager.default.attributesOfItem(atPath: pipe)
    #expect(attributes[.type] as? FileAttributeType != .typeRegular)
  }

  @Test func aLinkStaysALink() async throws {
    let path = folder.appending(path: "file").path
    let link = folder.appending(path: "link").path
    try FileContents.write([1], to: path)
    try #require(symlink("file", link) == 0)
    try FileContents.write([2], to: link)
    #expect(try FileContents.read(from: path, limit: 1) == [2])
    try await FileContents.create(at: link, replacing: true) { try FileContents.write([3], to: $0) }
    #expect(try FileContents.read(from: path, limit: 1) == [3])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "file")
  }

  @Test func errorsNameTheFileThatWasAskedFor() async throws {
    let path = folder.appending(path: "missing/file").path
    let error = await #expect(throws: FileError.self) {
      try await FileContents.create(at: path) { try FileContents.write([1], to: $0) }
    }
    #expect(error?.description == "\(path): No such file or directory")
  }
}
