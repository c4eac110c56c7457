package io.github.matrixone.spring.library;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import com.baomidou.mybatisplus.annotation.TableLogic;
import com.baomidou.mybatisplus.annotation.TableName;
import com.baomidou.mybatisplus.annotation.Version;
import com.baomidou.mybatisplus.autoconfigure.IdentifierGeneratorAutoConfiguration;
import com.baomidou.mybatisplus.autoconfigure.MybatisPlusAutoConfiguration;
import com.baomidou.mybatisplus.autoconfigure.MybatisPlusInnerInterceptorAutoConfiguration;
import com.baomidou.mybatisplus.autoconfigure.MybatisPlusLanguageDriverAutoConfiguration;
import com.baomidou.mybatisplus.core.conditions.query.QueryWrapper;
import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import com.baomidou.mybatisplus.core.toolkit.Wrappers;
import com.baomidou.mybatisplus.extension.plugins.MybatisPlusInterceptor;
import com.baomidou.mybatisplus.extension.plugins.inner.OptimisticLockerInnerInterceptor;
import com.baomidou.mybatisplus.extension.plugins.inner.PaginationInnerInterceptor;
import com.baomidou.mybatisplus.extension.plugins.pagination.Page;
import com.baomidou.mybatisplus.extension.service.impl.ServiceImpl;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.mapper.MapperFactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.boot.autoconfigure.mybatis.MatrixOneMybatisAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.library.Work.OnPurposeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * MyBatis-Plus with its starter and its interceptors.
 */
@EnabledIfServer
@SpringBootTest(classes = MyBatisPlusTests.Application.class, properties = "mybatis-plus.executor-type=reuse")
class MyBatisPlusTests {

	private static LibraryDatabase database;

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private ProductMapper mapper;

	@Autowired
	private ProductService service;

	@Autowired
	private SqlSessionFactory factory;

	@Autowired
	private SqlSessionTemplate template;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("mybatis_plus", "", registry);
	}

	@BeforeEach
	void tables() {
		for (String table : List.of("kept", "gone", "product")) {
			database.execute("DROP TABLE IF EXISTS " + table);
		}
		database.execute("CREATE TABLE product (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE,"
				+ " stock INT NOT NULL DEFAULT 0, version INT NOT NULL DEFAULT 0, deleted INT NOT NULL DEFAULT 0)");
	}

	@Test
	void commitsRowsAndAClone() {
		this.work.commit(() -> {
			this.mapper.insert(new Product("single"));
			this.service.saveBatch(products(5));
			this.clones.cloneTable(table("product"), table("kept"));
		});
		assertThat(database.count("product")).isEqualTo(6);
		assertThat(database.count("kept")).isEqualTo(6);
	}

	@Test
	void rollsRowsAndACloneBack() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			this.mapper.insert(new Product("single"));
			this.service.saveBatch(products(5));
			this.clones.cloneTable(table("product"), table("gone"));
		}));
		assertThat(database.count("product")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void clonesWhatTheBatchExecutorHoldsBack() {
		ProductMapper batch = new SqlSessionTemplate(this.factory, ExecutorType.BATCH).getMapper(ProductMapper.class);
		this.work.commit(() -> {
			products(3).forEach(batch::insert);
			this.clones.cloneTable(table("product"), table("kept"));
		});
		assertThat(database.count("kept")).isEqualTo(3);
	}

	@Test
	void refusesALiveCloneAfterABatchOfUpdates() {
		this.service.saveBatch(products(2));
		List<Product> changed = this.mapper.selectList(null);
		changed.forEach((product) -> product.stock = 7);
		assertThatExceptionOfType(UncommittedChangesException.class).isThrownBy(() -> this.work.commit(() -> {
			this.service.updateBatchById(changed);
			this.clones.cloneTable(table("product"), table("gone"));
		}));
		assertThat(this.service.lambdaQuery().eq(Product::getStock, 7).count()).isZero();
	}

	@Test
	void givesIdsToTheRowsOfABatch() {
		List<Product> products = products(3);
		this.service.saveBatch(products);
		for (Product product : products) {
			assertThat(this.mapper.selectById(product.id).name).isEqualTo(product.name);
		}
		assertThat(products).extracting((product) -> product.id).doesNotHaveDuplicates();
	}

	@Test
	void savesOrUpdatesABatch() {
		List<Product> products = products(3);
		this.service.saveBatch(products.subList(0, 2));
		products.forEach((product) -> product.stock = 5);
		this.service.saveOrUpdateBatch(products);
		assertThat(database.count("product")).isEqualTo(3);
		assertThat(this.service.lambdaQuery().eq(Product::getStock, 5).count()).isEqualTo(3);
	}

	@Test
	void readsPages() {
		this.service.saveBatch(products(25));
		Page<Product> page = this.mapper.selectPage(Page.of(3, 10), new QueryWrapper<Product>().orderByAsc("id"));
		assertThat(page.getTotal()).isEqualTo(25);
		assertThat(page.getRecords()).extracting((product) -> product.name)
			.containsExactly("product 20", "product 21", "product 22", "product 23", "product 24");
	}

	@Test
	void findsAStaleVersion() {
		this.mapper.insert(new Product("seen"));
		Product first = this.service.lambdaQuery().one();
		Product stale = this.service.lambdaQuery().one();
		first.stock = 1;
		stale.stock = 2;
		assertThat(this.mapper.updateById(first)).isEqualTo(1);
		assertThat(this.mapper.updateById(stale)).isZero();
		assertThat(this.service.lambdaQuery().one().stock).isEqualTo(1);
	}

	@Test
	void deletesLogically() {
		this.service.saveBatch(products(3));
		assertThat(this.service.removeByIds(this.mapper.selectList(null).subList(0, 2))).isTrue();
		assertThat(this.service.count()).isEqualTo(1);
		assertThat(database.count("product")).isEqualTo(3);
	}

	@Test
	void locksARow() {
		this.mapper.insert(new Product("locked"));
		this.work.commit(() -> {
			Product locked = this.mapper
				.selectOne(Wrappers.<Product>lambdaQuery().eq(Product::getName, "locked").last("FOR UPDATE"));
			locked.stock = 3;
			this.mapper.updateById(locked);
		});
		assertThat(this.service.lambdaQuery().one().stock).isEqualTo(3);
	}

	@Test
	void readsACursorInATransactionThatRollsBack() {
		this.service.saveBatch(products(20));
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			this.mapper.insert(new Product("before"));
			try (Cursor<Product> cursor = this.mapper.stream()) {
				assertThat(cursor).hasSize(21);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.mapper.insert(new Product("after"));
			this.clones.cloneTable(table("product"), table("gone"));
		}));
		assertThat(database.count("product")).isEqualTo(20);
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void translatesErrorsOfAMapper() {
		this.mapper.insert(new Product("taken"));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.mapper.insert(new Product("taken")));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.mapper.update(Wrappers.<Product>update().set("name", null)));
	}

	@Test
	void translatesErrorsOfABatch() {
		this.mapper.insert(new Product("product 1"));
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.service.saveBatch(products(3)));
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.service.executeBatch(List.of(1, 2), (session, number) -> session
				.update(ProductMapper.class.getName() + ".clear", Map.of("number", number))));
		assertThat(database.count("product")).isEqualTo(1);
	}

	@Test
	void aFailedBatchLeavesNothing() {
		this.mapper.insert(new Product("product 4"));
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> this.work.commit(() -> {
			this.mapper.insert(new Product("first"));
			this.clones.cloneTable(table("product"), table("gone"));
			this.service.saveBatch(products(6), 2);
		}));
		assertThat(database.count("product")).isEqualTo(1);
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void theTemplateKeepsTheExecutorTypeOfMyBatisPlus() {
		assertThat(this.template.getExecutorType()).isEqualTo(ExecutorType.REUSE);
	}

	private static List<Product> products(int number) {
		return IntStream.range(0, number).mapToObj((i) -> new Product("product " + i)).toList();
	}

	// The name of the class is taken by MyBatis-Plus.
	private static io.github.matrixone.spring.sql.TableName table(String name) {
		return io.github.matrixone.spring.sql.TableName.of(name);
	}

	@TableName("product")
	static class Product {

		@TableId(type = IdType.AUTO)
		Long id;

		String name;

		Integer stock;

		@Version
		Integer version;

		@TableLogic
		Integer deleted;

		Product() {
		}

		Product(String name) {
			this.name = name;
			this.version = 0;
		}

		String getName() {
			return this.name;
		}

		Integer getStock() {
			return this.stock;
		}

	}

	interface ProductMapper extends BaseMapper<Product> {

		@Select("SELECT id, name FROM product WHERE deleted = 0 ORDER BY id")
		@Options(fetchSize = Integer.MIN_VALUE)
		Cursor<Product> stream();

		@Update("UPDATE product SET name = NULL WHERE id > 0 AND stock < #{number}")
		int clear(int number);

	}

	static class ProductService extends ServiceImpl<ProductMapper, Product> {

		<T> boolean executeBatch(List<T> list, BiConsumer<SqlSession, T> consumer) {
			return executeBatch(list, 10, consumer);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration({ IdentifierGeneratorAutoConfiguration.class, MatrixOneMybatisAutoConfiguration.class,
			MybatisPlusAutoConfiguration.class, MybatisPlusInnerInterceptorAutoConfiguration.class,
			MybatisPlusLanguageDriverAutoConfiguration.class })
	@Import({ ProductService.class, Work.class })
	static class Application {

		@Bean
		MapperFactoryBean<ProductMapper> productMapper(SqlSessionTemplate template) {
			MapperFactoryBean<ProductMapper> mapper = new MapperFactoryBean<>(ProductMapper.class);
			mapper.setSqlSessionTemplate(template);
			return mapper;
		}

		@Bean
		MybatisPlusInterceptor interceptor() {
			MybatisPlusInterceptor interceptor = new MybatisPlusInterceptor();
			interceptor.addInnerInterceptor(new OptimisticLockerInnerInterceptor());
			interceptor.addInnerInterceptor(new PaginationInnerInterceptor());
			return interceptor;
		}

	}

}
