import PostgreSQL
import Records
import Testing

@testable import Jobs

@Suite(.serialized) struct JobStoreTests {
  /// As in an upgrade: a server goes on, with what it has prepared, while one of the next version adds columns.
  @Test func jobsGoOnWhenTheNextVersionAddsColumns() async throws {
    let fixture = try JobFixture(.postgreSQL)
    let records = try #require(fixture.records as? PostgresPredictionStore)
    let (board, queue) = (fixture.board(), fixture.queue())
    for version in 0..<2 {
      for _ in 0..<3 {
        let job = try await fixture.submit(board)
        #expect(try await fixture.store.job(id: job.id)?.id == job.id)
        let page = try await fixture.store.page(matching: JobFilter(), after: nil, limit: 1)
        #expect(page.jobs.map(\.id) == [job.id])
        let claim = try #require(try await queue.claim(JobFixture.kind, for: "worker"))
        #expect(claim.job.id == job.id)
        #expect(try await fixture.store.events(ofJob: job.id, after: 0, limit: 9).count == 2)
      }
      for table in ["jobs", "job_events"] where version == 0 {
        _ = try await records.pool.query("ALTER TABLE \(table) ADD COLUMN tomorrow text")
      }
    }
  }

  @Test(arguments: JobFixture.Form.databases)
  func listsJobsNewestFirst(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let other = JobKind(rawValue: "other")
    var all: [String] = []
    for index in 0..<7 {
      let job = try await fixture.submit(
        board, kind: index % 2 == 0 ? JobFixture.kind : other, owner: "key-\(index % 3)")
      all.insert(job.id, at: 0)
    }
    _ = try await board.cancel(id: all[2])

    var (pages, cursor): ([[String]], String?) = ([], nil)
    repeat {
      let page = try await fixture.store.page(matching: JobFilter(), after: cursor, limit: 3)
      pages.append(page.jobs.map(\.id))
      cursor = page.next
    } while cursor != nil
    #expect(pages == [Array(all[0..<3]), Array(all[3..<6]), [all[6]]])

    func ids(_ change: (inout JobFilter) -> Void) async throws -> [String] {
      var filter = JobFilter()
      change(&filter)
      return try await fixture.store.page(matching: filter, after: nil, limit: 10).jobs.map(\.id)
    }
    #expect(try await ids { $0.state = .cancelled } == [all[2]])
    #expect(try await ids { $0.kinds = [other] } == [all[1], all[3], all[5]])
    #expect(try await ids { $0.kinds = [] } == [])
    #expect(try await ids { $0.ownerKeyID = "key-0" } == [all[0], all[3], all[6]])
    #expect(
      try await ids {
        $0.ownerKeyID = "key-0"
        $0.kinds = [JobFixture.kind]
      } == [all[0], all[6]])
  }

  @Test(arguments: JobFixture.Form.databases)
  func onlyJobsThatAreOverAreRemoved(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let job = try await fixture.submit(board)
    #expect(try await !board.remove(id: job.id))
    _ = try await board.cancel(id: job.id)
    #expect(try await board.remove(id: job.id))
    #expect(try await fixture.store.events(ofJob: job.id, after: 0, limit: 10).isEmpty)
    #expect(try await !board.remove(id: job.id))
    #expect(try await board.cancel(id: job.id) == nil)
  }

  @Test(arguments: JobFixture.Form.databases)
  func everyChangeHasARevisionOfItsOwn(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let id = try await fixture.submit(board).id
    var revisions = [try await fixture.store.job(id: id)?.revision]
    let claim = try #require(
      try await fixture.store.claim(
        id, kind: JobFixture.kind, for: "worker", lease: .seconds(60), dead: []))
    revisions.append(claim.job.revision)
    var changes = JobChanges()
    changes.progress = JobProgress(done: 1)
    _ = try await fixture.store.renew(claim, lease: .seconds(60), storing: changes)
    revisions.append(try await fixture.store.job(id: id)?.revision)
    _ = try await board.cancel(id: id)
    revisions.append(try await fixture.store.job(id: id)?.revision)
    _ = try await fixture.store.end(claim, with: .cancelled, storing: JobChanges())
    revisions.append(try await fixture.store.job(id: id)?.revision)
    #expect(revisions.compactMap(\.self) == Array(Set(revisions.compactMap(\.self))).sorted())
    #expect(revisions.count == 5)
  }
}
