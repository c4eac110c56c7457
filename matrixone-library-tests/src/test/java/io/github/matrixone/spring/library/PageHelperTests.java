package io.github.matrixone.spring.library;

import java.util.List;

import com.github.pagehelper.Page;
import com.github.pagehelper.PageHelper;
import com.github.pagehelper.PageInfo;
import com.github.pagehelper.autoconfigure.PageHelperAutoConfiguration;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Select;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.mybatis.spring.mapper.MapperFactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.github.matrixone.spring.boot.autoconfigure.mybatis.MatrixOneMybatisAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * PageHelper beside MyBatis, its dialect found by itself.
 */
@EnabledIfServer
@SpringBootTest(classes = PageHelperTests.Application.class)
class PageHelperTests {

	private static LibraryDatabase database;

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private ItemMapper items;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("pagehelper", "", registry);
	}

	@BeforeEach
	void tables() {
		for (String table : List.of("kept", "gone", "item")) {
			database.execute("DROP TABLE IF EXISTS " + table);
		}
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
	}

	@Test
	void readsPages() {
		fill(25);
		PageInfo<Long> last = PageInfo.of(page(3));
		assertThat(last.getTotal()).isEqualTo(25);
		assertThat(last.getPages()).isEqualTo(3);
		assertThat(last.getList()).containsExactly(20L, 21L, 22L, 23L, 24L);
		assertThat(page(1)).hasSize(10);
	}

	@Test
	void commitsRowsAndACloneBetweenPages() {
		this.work.commit(() -> {
			fill(12);
			assertThat(PageInfo.of(page(1)).getTotal()).isEqualTo(12);
			this.clones.cloneTable(TableName.of("item"), TableName.of("kept"));
			assertThat(page(2)).hasSize(2);
		});
		assertThat(database.count("kept")).isEqualTo(12);
	}

	@Test
	void rollsRowsAndACloneBackBetweenPages() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			assertThat(page(1)).isEmpty();
			fill(12);
			this.clones.cloneTable(TableName.of("item"), TableName.of("gone"));
			assertThat(PageInfo.of(page(2)).getTotal()).isEqualTo(12);
		}));
		assertThat(database.count("item")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	private void fill(long number) {
		for (long id = 0; id < number; id++) {
			this.items.insert(id);
		}
	}

	private List<Long> page(int number) {
		try (Page<Long> page = PageHelper.startPage(number, 10)) {
			return page.doSelectPage(this.items::ids);
		}
	}

	interface ItemMapper {

		@Insert("INSERT INTO item VALUES (#{id})")
		void insert(long id);

		@Select("SELECT id FROM item ORDER BY id")
		List<Long> ids();

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration({ MatrixOneMybatisAutoConfiguration.class, MybatisAutoConfiguration.class,
			PageHelperAutoConfiguration.class })
	static class Application {

		@Bean
		MapperFactoryBean<ItemMapper> itemMapper(SqlSessionTemplate template) {
			MapperFactoryBean<ItemMapper> mapper = new MapperFactoryBean<>(ItemMapper.class);
			mapper.setSqlSessionTemplate(template);
			return mapper;
		}

	}

}
