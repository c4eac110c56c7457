package io.github.matrixone.spring.library

import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneConnectionFactoryAutoConfiguration
import io.github.matrixone.spring.boot.autoconfigure.r2dbc.MatrixOneReactiveAutoConfiguration
import io.github.matrixone.spring.boot.autoconfigure.retry.MatrixOneRetryAutoConfiguration
import io.github.matrixone.spring.clone.CloneOptions
import io.github.matrixone.spring.clone.ReactiveCloneOperations
import io.github.matrixone.spring.contract.EnabledIfServer
import io.github.matrixone.spring.contract.ServerUnderTest
import io.github.matrixone.spring.dao.CloneTargetExistsException
import io.github.matrixone.spring.dao.UncommittedChangesException
import io.github.matrixone.spring.library.Work.OnPurposeException
import io.github.matrixone.spring.retry.RetryOnConflict
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations
import io.github.matrixone.spring.snapshot.SnapshotScope
import io.github.matrixone.spring.sql.SnapshotName
import io.github.matrixone.spring.sql.TableName
import io.r2dbc.pool.ConnectionPool
import io.r2dbc.pool.PoolMetrics
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.autoconfigure.ImportAutoConfiguration
import org.springframework.boot.data.r2dbc.autoconfigure.DataR2dbcAutoConfiguration
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration
import org.springframework.context.annotation.ComponentScan.Filter
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.FilterType
import org.springframework.context.annotation.Import
import org.springframework.dao.CannotAcquireLockException
import org.springframework.dao.DuplicateKeyException
import org.springframework.data.annotation.Id
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories
import org.springframework.data.relational.core.mapping.Table
import org.springframework.data.repository.kotlin.CoroutineCrudRepository
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.await
import org.springframework.stereotype.Service
import org.springframework.test.context.DynamicPropertyRegistry
import org.springframework.test.context.DynamicPropertySource
import org.springframework.transaction.annotation.Transactional
import org.springframework.transaction.reactive.TransactionalOperator
import org.springframework.transaction.reactive.executeAndAwait
import reactor.core.publisher.Mono

/**
 * Suspend functions, flows and a repository for coroutines, on R2DBC.
 */
@EnabledIfServer
@SpringBootTest(classes = [KotlinCoroutinesTests.Application::class])
@Timeout(120)
class KotlinCoroutinesTests @Autowired constructor(
	private val service: ItemService,
	private val items: ItemRepository,
	private val clones: ReactiveCloneOperations,
	private val snapshots: ReactiveSnapshotOperations,
	private val transaction: TransactionalOperator,
	private val pool: ConnectionPool,
) {

	@BeforeEach
	fun tables() {
		for (table in listOf("kept", "gone", "item")) {
			database.execute("DROP TABLE IF EXISTS $table")
		}
		database.execute(
			"CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, " +
				"name VARCHAR(20) NOT NULL UNIQUE, stock INT NOT NULL)",
		)
		dropSnapshots()
	}

	@AfterEach
	fun leavesNothingBehind() {
		assertThat(connectionsInUse()).isZero()
		dropSnapshots()
	}

	@Test
	fun commitsARowACloneAndSnapshots() = runBlocking<Unit> {
		service.addCloneAndTakeSnapshots("tea")
		assertThat(database.count("item")).isEqualTo(1)
		assertThat(database.count("kept")).isEqualTo(1)
		assertThat(itemsAt(BEFORE)).isEmpty()
		assertThat(itemsAt(AFTER)).isEqualTo(listOf("tea"))
	}

	@Test
	fun rollsARowACloneAndASnapshotBackWhenAFunctionThrows() = runBlocking<Unit> {
		assertThrows<OnPurposeException> { service.addCloneAndFail("tea") }
		assertNothingIsLeft()
	}

	@Test
	fun readsAFlowInItsTransaction() = runBlocking<Unit> {
		val names = transaction.executeAndAwait { status ->
			items.save(Item("tea"))
			clones.cloneTable(ITEM, GONE).awaitSingleOrNull()
			status.setRollbackOnly()
			items.findAll().map { it.name }.toList()
		}
		assertThat(names).containsExactly("tea")
		assertNothingIsLeft()
	}

	@Test
	fun changesEachRowOfAFlowWhileItReadsOn() = runBlocking<Unit> {
		addMany()
		transaction.executeAndAwait {
			clones.cloneTable(ITEM, KEPT).awaitSingleOrNull()
			items.findAll().collect { items.save(it.copy(stock = it.stock + 1)) }
		}
		assertThat(items.findAll().toList()).hasSize(MANY).allMatch { it.stock == 1 }
		assertThat(database.count("kept")).isEqualTo(MANY.toLong())
	}

	@Test
	fun commitsAFlowThatIsReadToItsEnd() = runBlocking<Unit> {
		assertThat(service.cloneAndAddAll(KEPT, "tea", "cake").map { it.name }.toList()).containsExactly("tea", "cake")
		assertThat(database.count("item")).isEqualTo(2)
		assertThat(database.hasTable("kept")).isTrue()
	}

	@Test
	fun rollsAFlowBackThatIsNotReadToItsEnd() = runBlocking<Unit> {
		assertThat(service.cloneAndAddAll(GONE, "tea", "cake").first().name).isEqualTo("tea")
		awaitThePool()
		assertNothingIsLeft()
	}

	@Test
	fun writesInSeveralCoroutinesOfOneTransaction() = runBlocking<Unit> {
		val names = List(50) { "item $it" }
		transaction.executeAndAwait {
			names.map { async { items.save(Item(it)) } }.awaitAll()
			clones.cloneTable(ITEM, KEPT).awaitSingleOrNull()
		}
		assertThat(database.count("item")).isEqualTo(50)
		assertThat(database.count("kept")).isEqualTo(50)
	}

	@Test
	fun rollsBackWhenItsCoroutineIsCancelled() = runBlocking<Unit> {
		val written = CompletableDeferred<Unit>()
		val job = launch {
			service.addCloneAnd("tea") {
				written.complete(Unit)
				awaitCancellation()
			}
		}
		written.await()
		job.cancelAndJoin()
		awaitThePool()
		assertNothingIsLeft()
	}

	@Test
	fun rollsBackWhenTheTimeForItIsUpDuringAStatement() = runBlocking<Unit> {
		val written = CompletableDeferred<Unit>()
		assertThrows<TimeoutCancellationException> {
			coroutineScope {
				val call = async {
					service.addCloneAnd("tea") {
						written.complete(Unit)
						service.sleep(60)
					}
				}
				written.await()
				withTimeout(500.milliseconds) { call.await() }
			}
		}
		awaitThePool()
		assertNothingIsLeft()
	}

	@Test
	fun rollsBackWhenTheTimeForAPartOfItIsUp() = runBlocking<Unit> {
		assertThrows<TimeoutCancellationException> {
			service.addCloneAnd("tea") { withTimeout(200.milliseconds) { awaitCancellation() } }
		}
		assertNothingIsLeft()
	}

	@Test
	fun clonesOutsideOfATransaction() = runBlocking<Unit> {
		items.save(Item("tea"))
		clones.cloneTable(ITEM, KEPT).awaitSingleOrNull()
		assertThat(database.count("kept")).isEqualTo(1)
		assertThat(clones.cloneTable(ITEM, KEPT, CloneOptions.defaults().ifNotExists()).awaitSingle()).isFalse()
		assertThrows<CloneTargetExistsException> { clones.cloneTable(ITEM, KEPT).awaitSingleOrNull() }
	}

	@Test
	fun findsNothing() = runBlocking<Unit> {
		assertThat(snapshots.find(BEFORE).awaitSingleOrNull()).isNull()
		assertThat(items.findById(1)).isNull()
	}

	@Test
	fun refusesALiveCloneAfterAnUpdate() = runBlocking<Unit> {
		val item = items.save(Item("tea"))
		assertThrows<UncommittedChangesException> {
			transaction.executeAndAwait {
				items.save(item.copy(stock = 1))
				clones.cloneTable(ITEM, GONE).awaitSingleOrNull()
			}
		}
		assertThat(items.findById(item.id!!)).isEqualTo(item)
		assertThat(database.hasTable("gone")).isFalse()
	}

	@Test
	fun translatesErrors() = runBlocking<Unit> {
		items.save(Item("tea"))
		assertThrows<DuplicateKeyException> { items.save(Item("tea")) }
	}

	@Test
	fun failsAfterTheWorkWhereAResultIsAwaitedThatThereIsNot() = runBlocking<Unit> {
		assertThrows<NoSuchElementException> {
			transaction.executeAndAwait { clones.cloneTable(ITEM, GONE).awaitSingle() }
		}
		assertNothingIsLeft()
		assertThrows<NoSuchElementException> { clones.cloneTable(ITEM, KEPT).awaitSingle() }
		assertThat(database.hasTable("kept")).isTrue()
	}

	@Test
	fun doesNotRetryASuspendFunction() = runBlocking<Unit> {
		val attempts = AtomicInteger()
		assertThrows<CannotAcquireLockException> { service.addAtTheSecondAttempt("tea", attempts) }
		assertThat(attempts).hasValue(1)
		assertNothingIsLeft()
	}

	@Test
	fun retriesACoroutineThatIsAMono() = runBlocking<Unit> {
		val attempts = AtomicInteger()
		service.addAsMonoAtTheSecondAttempt("tea", attempts).awaitSingle()
		assertThat(attempts).hasValue(2)
		assertThat(database.count("item")).isEqualTo(1)
	}

	private suspend fun assertNothingIsLeft() {
		assertThat(database.count("item")).isZero()
		assertThat(database.hasTable("kept")).isFalse()
		assertThat(database.hasTable("gone")).isFalse()
		assertThat(snapshots.exists(BEFORE).awaitSingle()).isFalse()
	}

	private suspend fun itemsAt(snapshot: SnapshotName) = service.names(snapshots.tableAt(ITEM, snapshot).awaitSingle())

	private fun addMany() =
		database.execute(
			"INSERT INTO item (name, stock) SELECT CONCAT('item ', result), 0 FROM generate_series(1, $MANY) g",
		)

	private fun dropSnapshots() = runBlocking<Unit> {
		snapshots.dropIfExists(BEFORE).awaitSingle()
		snapshots.dropIfExists(AFTER).awaitSingle()
	}

	private fun connectionsInUse() = pool.metrics.map(PoolMetrics::acquiredSize).orElseThrow()

	private fun awaitThePool() = await().atMost(Duration.ofSeconds(30)).until { connectionsInUse() == 0 }

	@Service
	open class ItemService(
		private val items: ItemRepository,
		private val clones: ReactiveCloneOperations,
		private val snapshots: ReactiveSnapshotOperations,
		private val client: DatabaseClient,
	) {

		@Transactional
		open suspend fun addCloneAndTakeSnapshots(name: String) {
			snapshots.create(BEFORE, SCOPE).awaitSingle()
			items.save(Item(name))
			clones.cloneTable(ITEM, KEPT).awaitSingleOrNull()
			snapshots.createAfterCommit(AFTER, SCOPE).awaitSingle()
		}

		@Transactional
		open suspend fun addCloneAnd(name: String, more: suspend () -> Unit) {
			snapshots.create(BEFORE, SCOPE).awaitSingle()
			items.save(Item(name))
			clones.cloneTable(ITEM, GONE).awaitSingleOrNull()
			more()
		}

		@Transactional
		open suspend fun addCloneAndFail(name: String) {
			addCloneAnd(name) { throw OnPurposeException() }
		}

		@Transactional
		open fun cloneAndAddAll(clone: TableName, vararg names: String): Flow<Item> = flow {
			clones.cloneTable(ITEM, clone).awaitSingleOrNull()
			names.forEach { emit(items.save(Item(it))) }
		}

		@RetryOnConflict(delay = 1)
		@Transactional
		open suspend fun addAtTheSecondAttempt(name: String, attempts: AtomicInteger): Item {
			val item = items.save(Item(name))
			if (attempts.incrementAndGet() == 1) {
				throw CannotAcquireLockException("deadlock")
			}
			return item
		}

		@RetryOnConflict(delay = 1)
		@Transactional
		open fun addAsMonoAtTheSecondAttempt(name: String, attempts: AtomicInteger): Mono<Item> =
			mono { addAtTheSecondAttempt(name, attempts) }

		open suspend fun sleep(seconds: Int) = client.sql("SELECT sleep($seconds)").await()

		open suspend fun names(table: String): List<String> =
			client.sql("SELECT name FROM $table").mapValue(String::class.java).all().collectList().awaitSingle()

	}

	@Table("item")
	data class Item(@Id val id: Long?, val name: String, val stock: Int) {

		constructor(name: String) : this(null, name, 0)

	}

	interface ItemRepository : CoroutineCrudRepository<Item, Long>

	@Configuration(proxyBeanMethods = false)
	@Import(ItemService::class)
	@ImportAutoConfiguration(
		R2dbcAutoConfiguration::class,
		R2dbcTransactionManagerAutoConfiguration::class,
		DataR2dbcAutoConfiguration::class,
		TransactionAutoConfiguration::class,
		TransactionManagerCustomizationAutoConfiguration::class,
		MatrixOneConnectionFactoryAutoConfiguration::class,
		MatrixOneReactiveAutoConfiguration::class,
		MatrixOneRetryAutoConfiguration::class,
	)
	@EnableR2dbcRepositories(
		considerNestedRepositories = true,
		includeFilters = [Filter(type = FilterType.ASSIGNABLE_TYPE, classes = [ItemRepository::class])],
	)
	class Application

	companion object {

		private const val MANY = 300

		private val ITEM = TableName.of("item")

		private val KEPT = TableName.of("kept")

		private val GONE = TableName.of("gone")

		private val BEFORE = SnapshotName.of("library_kotlin_before")

		private val AFTER = SnapshotName.of("library_kotlin_after")

		private val SCOPE = SnapshotScope.table(ITEM)

		private lateinit var database: LibraryDatabase

		@JvmStatic
		@DynamicPropertySource
		fun database(registry: DynamicPropertyRegistry) {
			val server = ServerUnderTest.get()
			database = LibraryDatabase.create("kotlin", "", registry)
			val url = database.url().replace("jdbc:", "r2dbc:") + "?connectionTimeZone=SERVER"
			registry.add("spring.r2dbc.url") { url }
			registry.add("spring.r2dbc.username") { server.username }
			registry.add("spring.r2dbc.password") { server.password }
		}

	}

}
