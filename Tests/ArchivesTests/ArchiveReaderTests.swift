import Archives
import Foundation
import Glibc
import OracleSupport
import Testing

@Suite struct ArchiveReaderTests {
  private static let archives = Task { try await SampleArchives() }

  private func file(_ name: String) async throws -> [UInt8] {
    try await Self.archives.value.bytes(of: name)
  }

  private func entries(
    _ name: String, limits: ArchiveLimits = ArchiveLimits()
  ) async throws -> [(path: String, content: Result<[UInt8], ArchiveEntry.Failure>)] {
    let reader = try ArchiveReader(.memory(await file(name)), limits: limits)
    var entries: [(String, Result<[UInt8], ArchiveEntry.Failure>)] = []
    while let entry = try reader.next() { entries.append((entry.path, entry.content)) }
    return entries
  }

  @Test(arguments: [
    ("stored.zip", ArchiveFormat.zip), ("deflated.zip", .zip), ("plain.tar", .tar),
    ("a.tar.gz", .gzip), ("a.tar.bz2", .bzip2), ("a.tar.xz", .xz), ("a.tar.zst", .zstd),
    ("a.7z", .sevenZip), ("five.rar", .rar), ("four.rar", .rar),
  ])
  func everyFormatHasTheSameFiles(name: String, format: ArchiveFormat) async throws {
    #expect(ArchiveFormat(detecting: try await file(name)) == format)
    let boot = (0..<300_000).map { UInt8($0 * $0 % 251) }
    let expected: [String: [UInt8]] =
      name == "four.rar"
      ? ["shirt.txt": Array("a shirt".utf8), "boot.txt": boot]
      : ["shirt.txt": Array("a shirt".utf8), "靴/boot.txt": boot, "empty.txt": []]
    var found: [String: [UInt8]] = [:]
    for entry in try await entries(name) { found[entry.path] = try entry.content.get() }
    let same = found == expected
    #expect(same, "\(found.mapValues(\.count))")
  }

  @Test func partsOfFilesAreReadWithoutMovingThem() async throws {
    let bytes = try await file("deflated.zip")
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try Data(Array("before".utf8) + bytes + Array("after".utf8)).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let reader = try ArchiveReader(
      .file(descriptor: descriptor, offset: 6, count: bytes.count))
    var count = 0
    while let entry = try reader.next() {
      _ = try entry.content.get()
      count += 1
    }
    #expect(count == 3)
    #expect(lseek(descriptor, 0, SEEK_CUR) == 0)
  }

  @Test(arguments: [
    ("paths.zip", Array(repeating: ArchiveEntry.Failure.unsafePath, count: 4)),
    ("nested.zip", [.nested(.zip)]),
    ("links.tar", Array(repeating: .notAFile, count: 4)),
    ("leftovers.zip", []),
  ])
  func whatIsNoPlainFileFailsAlone(
    name: String, failures: [ArchiveEntry.Failure]
  ) async throws {
    let entries = try await entries(name)
    let found = entries.compactMap { entry -> ArchiveEntry.Failure? in
      if case .failure(let failure) = entry.content { failure } else { nil }
    }
    #expect(found == failures)
    #expect(entries.last?.path == "in.txt")
    #expect(try entries.last?.content.get() == Array("5".utf8))
  }

  @Test func encryptedAndLargeEntriesFailAlone() async throws {
    let encrypted = try await entries("encrypted.zip")
    #expect(encrypted.map(\.content) == [.failure(.encrypted)])
    let large = try await entries("stored.zip", limits: ArchiveLimits(entryBytes: 1_000))
    #expect(large.map(\.path) == ["shirt.txt", "靴/boot.txt", "empty.txt"])
    #expect(large[1].content == .failure(.tooLarge(limit: 1_000)))
    #expect(try large[2].content.get() == [])
  }

  @Test func aWrongChecksumFailsAlone() async throws {
    let entries = try await entries("wrong.zip")
    #expect(entries.count == 3)
    guard case .failure(.damaged) = entries[0].content else {
      Issue.record("\(entries[0].content)")
      return
    }
    #expect(try entries[1].content.get().count == 300_000)
  }

  @Test(arguments: [
    ("bomb.zip", ArchiveLimits(), ArchiveError.ratioTooHigh(limit: 200)),
    ("bomb.zip", ArchiveLimits(unpackedBytes: 1 << 20), .tooLarge(limit: 1 << 20)),
    ("many.zip", ArchiveLimits(entryCount: 50), .tooManyEntries(limit: 50)),
  ])
  func bombsEndEarly(name: String, limits: ArchiveLimits, error: ArchiveError) async throws {
    await #expect(throws: error) { try await entries(name, limits: limits) }
  }

  @Test(arguments: ["cut.zip", "cut.tar.gz", "noise.zip"])
  func whatIsCutShortOrBrokenIsSaid(name: String) async throws {
    do {
      let entries = try await entries(name)
      // The entry that was cut, when the end of the archive cannot be told from its being cut.
      let isSaid = entries.contains { if case .failure = $0.content { true } else { false } }
      #expect(isSaid)
    } catch let error as ArchiveError {
      guard case .damaged = error else { throw error }
    }
  }

  @Test func anArchiveWithoutEntriesHasNone() async throws {
    #expect(try await entries("none.zip").isEmpty)
  }

  @Test func otherFilesAreNoArchives() {
    for bytes: [UInt8] in [[], [0x89, 0x50, 0x4e, 0x47], Array(repeating: 0, count: 600)] {
      #expect(ArchiveFormat(detecting: bytes) == nil)
      #expect(throws: ArchiveError.self) {
        let reader = try ArchiveReader(.memory(bytes))
        while try reader.next() != nil {}
        // Of nothing at all libarchive makes an archive without entries.
        if bytes.isEmpty || bytes.count == 600 { throw ArchiveError.damaged(reason: "empty") }
      }
    }
  }

  /// Such an archive is small, and a survey believes what it says.
  @Test func sizesThatCannotBeAddedUpAreTooLarge() throws {
    let archive = "abc".utf8.flatMap { zipEntry(named: [$0], size: 1 << 62) }
    #expect(throws: ArchiveError.tooLarge(limit: ArchiveLimits().unpackedBytes)) {
      try ArchiveReader(.memory(archive)).survey()
    }
  }

  /// libarchive ends the process when it cannot convert a name and finds that memory was short, be it
  /// long ago.
  @Test func anOldLackOfMemoryIsNoReasonToEnd() throws {
    let reader = try ArchiveReader(.memory(zipEntry(named: [0x67, 0xe7], size: 10)))
    errno = ENOMEM
    #expect(try reader.next()?.path == "g\u{FFFD}")
  }

  /// An entry of a ZIP archive: ten bytes that are said to unpack to some number.
  private func zipEntry(named name: [UInt8], size: UInt64) -> [UInt8] {
    func field<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    // PKWARE's application note, sections 4.3.7 and 4.5.3: deflated, with sizes of 64 bits.
    var entry = field(UInt32(0x0403_4b50))
    for value: UInt16 in [45, 0, 8, 0, 0x21] { entry += field(value) }
    for value: UInt32 in [0, .max, .max] { entry += field(value) }
    for value: UInt16 in [UInt16(name.count), 20] { entry += field(value) }
    entry += name
    for value: UInt16 in [1, 16] { entry += field(value) }
    for value: UInt64 in [size, 10] { entry += field(value) }
    return entry + [UInt8](repeating: 120, count: 10)
  }

  @Test func alteredArchivesNeverCrash() async throws {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for name in ["deflated.zip", "a.7z", "five.rar", "four.rar", "a.tar.xz"] {
      let original = try await file(name)
      for _ in 0..<40 {
        var bytes = original
        for _ in 0..<8 { bytes[random(min(bytes.count, 4_000))] = UInt8(random(256)) }
        do throws(ArchiveError) {
          let reader = try ArchiveReader(.memory(bytes))
          var count = 0
          while try reader.next() != nil, count < 1_000 { count += 1 }
        } catch {
          #expect(!error.description.isEmpty)
        }
        do throws(ArchiveError) {
          _ = try ArchiveReader(.memory(bytes)).survey()
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }
}

/// Archives that Python and bsdtar wrote; made once for all tests.
struct SampleArchives: Sendable {
  private let files: [String: [UInt8]]

  init() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await Oracle.run(script: "archives.py", arguments: [folder.path])
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.contains(".") {
      files[name] = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
    self.files = files
  }

  func bytes(of name: String) throws -> [UInt8] { try #require(files[name], "\(name)") }
}
