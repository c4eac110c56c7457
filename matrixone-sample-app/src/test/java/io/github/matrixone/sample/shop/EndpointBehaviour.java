package io.github.matrixone.sample.shop;

import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import io.github.matrixone.spring.jdbc.MatrixOneBackend;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients see of the shop.
 */
abstract class EndpointBehaviour extends ShopBehaviour {

	private static final MediaType CSV = MediaType.valueOf("text/csv");

	@Autowired
	private MatrixOneBackend backend;

	@Autowired
	private MockMvcTester mvc;

	@Test
	void saysWhatItRunsOn() {
		assertThat(get("/")).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.backend", (backend) -> backend.assertThat().isEqualTo(this.backend.description()))
			.hasPathSatisfying("$.database", (database) -> database.assertThat().isEqualTo(this.shop.name().value()));
		assertThat(get("/actuator/health")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.components.matrixOne.status")
			.isEqualTo("UP");
		assertThat(get("/actuator/info")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.matrixone.backend")
			.isEqualTo(this.backend.description());
		assertThat(get("/actuator/env")).hasStatus(HttpStatus.NOT_FOUND);
	}

	@Test
	void listsProducts() {
		assertThat(get("/products")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("[{'sku':'notebook','price':3.50},{'sku':'pencil','price':1.20}]".replace('\'', '"'));
		assertThat(get("/products/pencil")).hasStatusOk().bodyJson().extractingPath("$.stock").isEqualTo(60);
		assertThat(get("/products/stapler")).satisfies(problem(HttpStatus.NOT_FOUND, "Not found"));
	}

	@Test
	void addsCustomers() {
		assertThat(post("/customers", "{'name':'Alan Turing','email':'alan@example.com'}"))
			.hasStatus(HttpStatus.CREATED);
		assertThat(get("/customers")).bodyJson().extractingPath("$.length()").isEqualTo(2);
		assertThat(post("/customers", "{'name':'Alan Turing','email':'alan@example.com'}"))
			.satisfies(problem(HttpStatus.CONFLICT, "Conflict with what is stored"));
		assertThat(post("/customers", "{'name':' ','email':'nobody'}"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"))
			.bodyJson()
			.extractingPath("$.errors")
			.asArray()
			.containsExactlyInAnyOrder("name must not be blank", "email must be a well-formed email address");
	}

	@Test
	void takesOrders() {
		MvcTestResult placed = post("/orders",
				"{'customerId':" + this.customerId + ",'lines':[{'sku':'pencil','quantity':2}]}");
		assertThat(placed).hasStatus(HttpStatus.CREATED).bodyJson().extractingPath("$.total").isEqualTo(2.40);
		assertThat(get(placed.getResponse().getHeader("Location"))).hasStatusOk()
			.bodyJson()
			.extractingPath("$.customer")
			.isEqualTo("Ada Lovelace");
		assertThat(get("/orders")).bodyJson().extractingPath("$.length()").isEqualTo(1);
		assertThat(post("/orders", "{'customerId':" + this.customerId + ",'lines':[{'sku':'pencil','quantity':200}]}"))
			.satisfies(problem(HttpStatus.CONFLICT, "Out of stock"));
		assertThat(post("/orders", "{'customerId':" + this.customerId + ",'lines':[]}"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(post("/orders", "{'customerId':" + this.customerId + ",'lines':[{'sku':'pencil','quantity':1.5}]}"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(post("/orders", "{")).satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(get("/orders/-1")).satisfies(problem(HttpStatus.NOT_FOUND, "Not found"));
		assertThat(get("/orders/x")).satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"));
	}

	@Test
	void importsPriceLists() {
		assertThat(post("/imports/spring", CSV, "pencil,Pencil,1.35,100\nruler,Ruler,2.40,30"))
			.hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.isLenientlyEqualTo("{'before':'%s','archive':'%s.product_before_spring','created':1,'changed':1}"
				.formatted(this.shop.snapshot("before_spring"), this.shop.name())
				.replace('\'', '"'));
		assertThat(post("/imports/spring", CSV, "pencil,Pencil,1.35,100"))
			.satisfies(problem(HttpStatus.CONFLICT, "Snapshot already exists"));
		assertThat(send(HttpMethod.DELETE, "/imports/spring")).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(snapshotsOfShop()).isEmpty();
	}

	@Test
	void saysWhichLineOfAPriceListIsInvalid() {
		assertThat(post("/imports/spring", CSV, "pencil,Pencil,1.35,100\nruler,Ruler,2.40"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid price list"))
			.bodyJson()
			.extractingPath("$.line")
			.isEqualTo(2);
		assertThat(snapshotsOfShop()).isEmpty();
		assertThat(tables()).containsExactly(TABLES);
	}

	@Test
	void refusesInvalidNames() {
		assertThat(post("/imports/it's", CSV, "pencil,Pencil,1.35,100"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"));
		assertThat(send(HttpMethod.POST, "/snapshots/a b")).satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"))
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("The name of a snapshot must not contain blanks: 'a b'");
		assertThat(get("/reports/products?since=" + "x".repeat(65)))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"));
	}

	@Test
	void takesListsAndDropsSnapshots() {
		String name = this.shop.snapshot("monday").value();
		assertThat(send(HttpMethod.POST, "/snapshots/" + name)).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("$.level")
			.isEqualTo("DATABASE");
		assertThat(send(HttpMethod.POST, "/snapshots/" + name))
			.satisfies(problem(HttpStatus.CONFLICT, "Snapshot already exists"));
		assertThat(get("/snapshots")).hasStatusOk()
			.bodyJson()
			.extractingPath("$[*].name")
			.asArray()
			.containsExactly(name);
		assertThat(send(HttpMethod.DELETE, "/snapshots/" + name)).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(send(HttpMethod.DELETE, "/snapshots/" + name)).satisfies(problem(HttpStatus.NOT_FOUND, "Not found"));
		assertThat(get("/snapshots")).bodyJson().extractingPath("$.length()").isEqualTo(0);
	}

	@Test
	void makesBackups() {
		assertThat(send(HttpMethod.POST, "/backups/monday")).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("$.complete")
			.isEqualTo(true);
		this.snapshots.drop(this.shop.snapshot("backup_monday"));
		assertThat(send(HttpMethod.POST, "/backups/monday"))
			.satisfies(problem(HttpStatus.CONFLICT, "Clone already exists"));
	}

	@Test
	void makesDevelopmentEnvironments() {
		String path = "/development-environments/one?snapshot=" + this.shop.snapshot("release");
		String testers = "[{'name':'Tester','email':'tester@example.org'}]";
		assertThat(post(path, testers)).satisfies(problem(HttpStatus.NOT_FOUND, "Snapshot not found"));
		this.snapshots.create(this.shop.snapshot("release"), this.shop.scope());
		assertThat(post(path, "[{'name':'Tester','email':'nobody'}]"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"))
			.bodyJson()
			.extractingPath("$.errors")
			.asArray()
			.containsExactly("email must be a well-formed email address");
		assertThat(post(path, "[null]")).satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"));
		assertThat(post(path, testers)).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("$.database")
			.isEqualTo(this.shop.besides("dev_one").value());
	}

	@Test
	void migratesAndUndoes() {
		assertThat(send(HttpMethod.POST, "/migrations/vat?percent=10")).hasStatus(HttpStatus.CREATED)
			.bodyJson()
			.extractingPath("$.after")
			.isEqualTo(this.shop.snapshot("after_migration_vat").value());
		assertThat(send(HttpMethod.POST, "/migrations/vat/undo")).hasStatus(HttpStatus.NO_CONTENT);
		assertThat(product("pencil").getPrice()).isEqualByComparingTo("1.20");
		assertThat(send(HttpMethod.POST, "/migrations/other?percent=-200"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"));
		assertThat(send(HttpMethod.POST, "/migrations/other?percent=1e30"))
			.satisfies(problem(HttpStatus.BAD_REQUEST, "Invalid value"));
		assertThat(send(HttpMethod.POST, "/migrations/other/undo"))
			.satisfies(problem(HttpStatus.NOT_FOUND, "Snapshot not found"));
	}

	@Test
	void reportsChanges() {
		this.snapshots.create(this.shop.snapshot("monday"), this.shop.scope());
		this.transaction.executeWithoutResult((status) -> product("pencil").take(1));
		assertThat(get("/reports/products?since=" + this.shop.snapshot("monday"))).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo(
					"[{'sku':'notebook','stockBefore':25,'stockNow':25},{'sku':'pencil','stockBefore':60,'stockNow':59}]"
						.replace('\'', '"'));
		assertThat(get("/reports/products")).satisfies(problem(HttpStatus.BAD_REQUEST, "Bad Request"));
	}

	private MvcTestResult get(String uri) {
		return send(HttpMethod.GET, uri);
	}

	private MvcTestResult send(HttpMethod method, String uri) {
		return this.mvc.method(method).uri(uri).exchange();
	}

	private MvcTestResult post(String uri, String json) {
		return post(uri, MediaType.APPLICATION_JSON, json.replace('\'', '"'));
	}

	private MvcTestResult post(String uri, MediaType type, String content) {
		return this.mvc.post().uri(uri).contentType(type).content(content).exchange();
	}

	private static Consumer<MvcTestResult> problem(HttpStatus status, String title) {
		return (result) -> assertThat(result).hasStatus(status)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$.title")
			.isEqualTo(title);
	}

}
