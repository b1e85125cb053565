import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const noFeatureImports = {
  group: ['**/features/*', '**/pages/*', '../regions/*', '../shard-map/*', '../moves/*', '../session/*', '../parked/*', '../copies/*', '../failover/*', '../orphans/*', '../attention/*', '../seedings/*', '../audit/*', '../safety/*', '../routers/*', '../control-plane/*', '../access/*', '../topology/*', '../links/*', '../stopped/*', '../drills/*', '../drill-report/*', '../scenarios/*', '../readiness/*', '../schedules/*'],
  message: 'A feature can be read alone: pages put features together; what two of them need belongs to src/shards, src/api or src/live.',
};

export default tseslint.config(
  { ignores: ['dist', 'target', 'node_modules'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  reactHooks.configs.flat['recommended-latest'],
  {
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
    },
  },
  { files: ['src/features/**', 'src/shards/**', 'src/api/**', 'src/live/**'], rules: { 'no-restricted-imports': ['error', { patterns: [noFeatureImports] }] } },
  { files: ['browser/**'], rules: { 'no-console': 'off' } },
);
