package io.github.matrixone.spring.boot.autoconfigure;

import javax.sql.DataSource;

import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.mybatis.spring.MyBatisExceptionTranslator;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;
import org.mybatis.spring.boot.autoconfigure.MybatisProperties;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} by which MyBatis' errors are translated as those of JdbcTemplate
 * are.
 *
 * @since 0.1
 */
@AutoConfiguration(after = MatrixOneAutoConfiguration.class, before = MybatisAutoConfiguration.class)
@ConditionalOnClass({ SqlSessionFactory.class, SqlSessionTemplate.class, MybatisAutoConfiguration.class })
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnMatrixOneEnabled
public final class MatrixOneMybatisAutoConfiguration {

	// Lazy because MybatisAutoConfiguration, which makes the factory, may be excluded.
	@Bean
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SQLExceptionTranslator.class)
	SqlSessionTemplate sqlSessionTemplate(SqlSessionFactory factory, ObjectProvider<MybatisProperties> properties,
			SQLExceptionTranslator translator) {
		MybatisProperties settings = properties.getIfAvailable(MybatisProperties::new);
		ExecutorType executorType = settings.getExecutorType();
		return new SqlSessionTemplate(factory,
				(executorType != null) ? executorType : factory.getConfiguration().getDefaultExecutorType(),
				new MyBatisExceptionTranslator(() -> translator, true));
	}

}
